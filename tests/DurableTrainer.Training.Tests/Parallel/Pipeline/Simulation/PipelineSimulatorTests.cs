using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Simulation;

public class PipelineSimulatorTests
{
    [Fact]
    public void A_value_on_its_way_keeps_no_unit_busy()
    {
        var schedule = Schedule.Of(PipelineSchedule.GPipe, units: 2, microBatches: 2);

        var timeline = PipelineSimulator.Run(schedule, [new(1, 1, 1), new(1, 1, 1)], hop: 0.5);

        Assert.Equal([new Interval(2, 6)], timeline.Gaps(0));
        Assert.Equal([new Interval(0, 1.5), new(7.5, 10)], timeline.Gaps(1));
        Assert.Equal(10, timeline.Seconds);
    }

    [Theory]
    [InlineData(PipelineSchedule.GPipe, 1)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 1)]
    [InlineData(PipelineSchedule.Interleaved, 2)]
    [InlineData(PipelineSchedule.ZeroBubble, 1)]
    public void Units_do_one_thing_at_a_time_and_nothing_before_what_it_needs(PipelineSchedule kind, int stagesPerUnit)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var schedule = Schedule.Of(kind, 1 + random.Next(6), 1 + random.Next(12), stagesPerUnit);
            var hop = random.Next(2) * random.NextDouble();
            StageCost[] stages = [.. Enumerable.Range(0, schedule.Stages).Select(_ => new StageCost(random.NextDouble(), random.NextDouble(), random.NextDouble()))];

            var timeline = PipelineSimulator.Run(schedule, stages, hop);

            var ends = timeline.Units.SelectMany(spans => spans).ToDictionary(span => span.Instruction, span => span.End);
            for (var unit = 0; unit < schedule.Units; unit++)
            {
                var free = 0.0;
                foreach (var span in timeline.Units[unit])
                {
                    var ready = schedule.Needs(span.Instruction).Select(need => ends[need] + (schedule.UnitOf(need.Stage) == unit ? 0 : hop));
                    // As soon as it can, and not sooner.
                    Assert.True(span.Start == ready.Append(free).Max(), $"Seed {seed}, round {round}, unit {unit}: {span}");
                    free = span.End;
                }

                Assert.Equal(schedule.ByUnit[unit], timeline.Units[unit].Select(span => span.Instruction));
            }

            Assert.Equal(ends.Values.Max(), timeline.Seconds);
        }
    }

    [Fact]
    public void Iterations_follow_each_other_with_time_for_the_update_between_them()
    {
        var once = PipelineSimulator.Run(Schedule.Of(PipelineSchedule.GPipe, 2, 2), [new(1, 1, 0), new(1, 1, 0)]);

        var thrice = once.Repeat(3, between: 0.5);

        Assert.Equal([new Interval(0, 1), new(5, 7.5), new(11.5, 14), new(18, 19)], thrice.Gaps(1));
        Assert.Equal(3 * once.Seconds + 2 * 0.5, thrice.Seconds);
        Assert.Equal(3 * once.BusySeconds, thrice.BusySeconds);
    }

    [Fact]
    public void Costs_of_other_stages_than_there_are_are_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => PipelineSimulator.Run(Schedule.Of(PipelineSchedule.GPipe, 2, 2), [new(1, 1, 1)]));
        Assert.StartsWith("There are 2 stages, and costs of 1.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_units_and_many_micro_batches_are_simulated_too()
    {
        var schedule = Schedule.Of(PipelineSchedule.OneForwardOneBackward, 64, 1024);

        var timeline = PipelineSimulator.Run(schedule, [.. Enumerable.Repeat(new StageCost(1, 1, 1), 64)]);

        Assert.Equal((1024 + 63) * 3, timeline.Seconds);
    }
}
