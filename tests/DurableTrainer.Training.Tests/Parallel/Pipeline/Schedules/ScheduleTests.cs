using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Schedules;

public class ScheduleTests
{
    public static TheoryData<PipelineSchedule, int> Kinds => new()
    {
        { PipelineSchedule.GPipe, 1 },
        { PipelineSchedule.OneForwardOneBackward, 1 },
        { PipelineSchedule.Interleaved, 1 },
        { PipelineSchedule.Interleaved, 2 },
        { PipelineSchedule.Interleaved, 3 },
        { PipelineSchedule.ZeroBubble, 1 },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void Every_micro_batch_passes_every_stage_forward_and_back_once(PipelineSchedule kind, int stagesPerUnit)
    {
        foreach (var schedule in Grid(kind, stagesPerUnit))
        {
            InstructionKind[] passes = schedule.SplitsBackward
                ? [InstructionKind.Forward, InstructionKind.BackwardInputs, InstructionKind.BackwardWeights]
                : [InstructionKind.Forward, InstructionKind.Backward];
            var expected = from pass in passes
                           from stage in Enumerable.Range(0, schedule.Units * stagesPerUnit)
                           from microBatch in Enumerable.Range(0, schedule.MicroBatches)
                           select new Instruction(pass, stage, microBatch);

            Assert.True(
                schedule.ByUnit.SelectMany(list => list).OrderBy(Key).SequenceEqual(expected.OrderBy(Key)), $"p = {schedule.Units}, m = {schedule.MicroBatches}");
            for (var unit = 0; unit < schedule.Units; unit++)
                Assert.All(schedule.ByUnit[unit], instruction => Assert.Equal(unit, schedule.UnitOf(instruction.Stage)));
        }

        static (InstructionKind, int, int) Key(Instruction instruction) => (instruction.Kind, instruction.Stage, instruction.MicroBatch);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_are_summed_in_the_order_of_micro_batches_on_every_stage(PipelineSchedule kind, int stagesPerUnit)
    {
        foreach (var schedule in Grid(kind, stagesPerUnit))
        {
            foreach (var ofOne in schedule.ByUnit.SelectMany(list => list).GroupBy(instruction => (instruction.Kind, instruction.Stage)))
                Assert.True(ofOne.Select(instruction => instruction.MicroBatch).SequenceEqual(Enumerable.Range(0, schedule.MicroBatches)), $"{schedule}: {ofOne.Key}");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_units_wait_for_each_other_for_ever(PipelineSchedule kind, int stagesPerUnit)
    {
        foreach (var schedule in Grid(kind, stagesPerUnit))
        {
            var (done, next) = (new HashSet<Instruction>(), new int[schedule.Units]);
            bool moved;
            do
            {
                moved = false;
                for (var unit = 0; unit < schedule.Units; unit++)
                {
                    for (var list = schedule.ByUnit[unit]; next[unit] < list.Count && schedule.Needs(list[next[unit]]).All(done.Contains); next[unit]++)
                        moved |= done.Add(list[next[unit]]);
                }
            }
            while (moved);

            Assert.True(done.Count == schedule.ByUnit.Sum(list => list.Count), $"p = {schedule.Units}, m = {schedule.MicroBatches}: {done.Count} done");
        }
    }

    [Fact]
    public void Fewer_micro_batches_are_in_flight_than_a_batch_has()
    {
        for (var units = 1; units <= 8; units++)
        {
            for (var microBatches = 1; microBatches <= 32; microBatches++)
            {
                for (var stage = 0; stage < units; stage++)
                {
                    Assert.Equal(microBatches, Schedule.Of(PipelineSchedule.GPipe, units, microBatches).MostInFlight(stage));
                    Assert.Equal(
                        Math.Min(microBatches, units - stage), Schedule.Of(PipelineSchedule.OneForwardOneBackward, units, microBatches).MostInFlight(stage));
                    Assert.Equal(Math.Min(microBatches, units), Schedule.Of(PipelineSchedule.ZeroBubble, units, microBatches).MostInFlight(stage));
                }
            }
        }
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(3, 3)]
    public void Interleaved_stages_of_a_unit_hold_little_more_than_one_thick_stage_would(int units, int stagesPerUnit)
    {
        var schedule = Schedule.Of(PipelineSchedule.Interleaved, units, 8 * units, stagesPerUnit);
        var (most, now) = (0, 0);
        foreach (var instruction in schedule.ByUnit[0])
            most = Math.Max(most, now += instruction.Kind == InstructionKind.Forward ? 1 : -1);

        // Of thin stages, v of which are a thick one: 1 + (p − 1)/(p·v) times as much (Narayanan et al. 2021; Korthikanti et al. 2022, section 4.2.3).
        Assert.Equal(units * stagesPerUnit + units - 1, most);
    }

    [Fact]
    public void Two_units_in_turns()
    {
        var schedule = Schedule.Of(PipelineSchedule.OneForwardOneBackward, 2, 3);

        Assert.Equal(["F0", "F1", "B0", "F2", "B1", "B2"], Written(schedule, 0));
        Assert.Equal(["F0", "B0", "F1", "B1", "F2", "B2"], Written(schedule, 1));
    }

    [Fact]
    public void The_last_of_three_units_does_weights_two_micro_batches_late()
    {
        var schedule = Schedule.Of(PipelineSchedule.ZeroBubble, 3, 4);

        Assert.Equal(["F0", "F1", "F2", "I0", "W0", "F3", "I1", "W1", "I2", "W2", "I3", "W3"], Written(schedule, 0));
        Assert.Equal(["F0", "I0", "F1", "I1", "F2", "I2", "W0", "F3", "I3", "W1", "W2", "W3"], Written(schedule, 2));
    }

    [Fact]
    public void Several_stages_on_a_unit_are_for_an_interleaved_pipeline()
    {
        var refused = Assert.Throws<ArgumentException>(() => Schedule.Of(PipelineSchedule.GPipe, 2, 4, stagesPerUnit: 2));
        Assert.StartsWith("Only an interleaved pipeline has several stages on a unit, and 2 were asked for.", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Schedule> Grid(PipelineSchedule kind, int stagesPerUnit) =>
        from units in Enumerable.Range(1, 8)
        from microBatches in Enumerable.Range(1, 18)
        select Schedule.Of(kind, units, microBatches, stagesPerUnit);

    private static IEnumerable<string> Written(Schedule schedule, int unit) =>
        schedule.ByUnit[unit].Select(instruction => instruction.Kind switch
        {
            InstructionKind.Forward => "F",
            InstructionKind.Backward => "B",
            InstructionKind.BackwardInputs => "I",
            _ => "W",
        } + instruction.MicroBatch);
}
