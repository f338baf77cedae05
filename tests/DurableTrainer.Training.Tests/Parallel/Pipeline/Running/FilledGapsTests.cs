using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Running;

/// <summary>Where in the gaps of two units another trial's chunks are seen. One micro-batch: forward, forward, back, back, each of them 10.</summary>
public class FilledGapsTests
{
    private const int Other = 7;

    private static readonly InstructionPlan Plan = new(Schedule.Of(PipelineSchedule.GPipe, units: 2, microBatches: 1));

    [Fact]
    public void Chunks_are_where_their_processor_was_the_unit_s_cut_to_what_the_unit_left_idle()
    {
        FilledSpan[] spans =
        [
            new(Other, Place: 5, -3, 4), new(Other, Place: 5, 4, 13),
            new(Other, Place: 3, 9, 12), new(Other, Place: 3, 28, 41),
            new(Other, Place: 8, 0, 40),
        ];

        var filled = FilledGaps.Of(Plan, Batch(places: [3, 5]), spans);

        Assert.Equal([new FilledPiece(Other, 10, 12), new FilledPiece(Other, 28, 30)], filled[0]);
        Assert.Equal([new FilledPiece(Other, 0, 4), new FilledPiece(Other, 4, 10)], filled[1]);
    }

    [Fact]
    public void A_chunk_that_waited_while_the_unit_worked_is_in_pieces()
    {
        var filled = FilledGaps.Of(Plan, Batch(places: [3, 5]), [new FilledSpan(Other, Place: 5, 2, 36)]);

        Assert.Empty(filled[0]);
        Assert.Equal([new FilledPiece(Other, 2, 10), new FilledPiece(Other, 30, 36)], filled[1]);
    }

    [Fact]
    public void Other_batches_have_nothing_of_it()
    {
        var filled = FilledGaps.Of(Plan, Batch(places: [3, 5]), [new FilledSpan(Other, Place: 5, 40, 50), new FilledSpan(Other, Place: 5, -9, 0)]);

        Assert.All(filled, Assert.Empty);
    }

    /// <summary>The first unit is idle from 10 to 30, the second one before 10 and from 30 on.</summary>
    private static BatchRecord Batch(int[] places)
    {
        var starts = Plan.Instructions.Select(instruction => (instruction.Stage, instruction.Kind) switch
        {
            (0, InstructionKind.Forward) => 0L,
            (1, InstructionKind.Forward) => 10,
            (1, _) => 20,
            _ => 30,
        }).ToArray();
        return new BatchRecord(starts, [.. starts.Select(start => start + 10)], [.. Plan.Instructions.Select(instruction => places[instruction.Stage])], IsFilled: true);
    }
}
