using DurableTrainer.Cli.Views;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Cli.Tests.Views;

public class TimelineTextTests
{
    [Fact]
    public void A_row_has_micro_batches_by_their_numbers_and_what_is_between_them()
    {
        var timeline = Of(
            seconds: 6,
            [Pass(0, 1, InstructionKind.Forward, 0), Pass(1, 2, InstructionKind.Forward, 1), Pass(4, 6, InstructionKind.Backward, 0)],
            new TimelineFill(2.5, 3.5, Trial: 1));

        Assert.Equal("0000000000" + "1111111111" + "....." + "//////////" + "....." + "aaaaaaaaaaaaaaaaaaaa", TimelineText.RowOf(timeline, 0));
        Assert.Equal("0–1 forward, a–b back, . idle, / another trial", TimelineText.Legend(timeline));
    }

    [Fact]
    public void Both_parts_of_a_way_back_are_told_apart()
    {
        var timeline = Of(
            seconds: 3, [Pass(0, 1, InstructionKind.Forward, 0), Pass(1, 2, InstructionKind.BackwardInputs, 0), Pass(2, 3, InstructionKind.BackwardWeights, 0)]);

        Assert.Equal(new string('0', 20) + new string('a', 20) + new string('A', 20), TimelineText.RowOf(timeline, 0));
        Assert.Equal("0 forward, a back, A weights, . idle", TimelineText.Legend(timeline));
    }

    [Fact]
    public void From_ten_micro_batches_on_the_characters_come_again()
    {
        var timeline = Of(seconds: 12, [.. Enumerable.Range(0, 12).Select(number => Pass(number, number + 1, InstructionKind.Forward, number))]);

        Assert.Equal("000001111122222333334444455555666667777788888999990000011111", TimelineText.RowOf(timeline, 0));
        Assert.Equal("0–9 forward, a–j back, again from 10 on, . idle", TimelineText.Legend(timeline));
    }

    private static PipelineTimeline Of(double seconds, TimelinePass[] passes, params TimelineFill[] fills) => new()
    {
        Trial = 0,
        Schedule = PipelineSchedule.GPipe,
        MicroBatches = passes.Max(pass => pass.MicroBatch) + 1,
        Stages = 1,
        Seconds = seconds,
        BubbleShare = 0,
        Units = [new UnitTimeline("unit 0", passes, [], fills)],
    };

    private static TimelinePass Pass(double start, double end, InstructionKind kind, int microBatch) => new(start, end, kind, Stage: 0, microBatch);
}
