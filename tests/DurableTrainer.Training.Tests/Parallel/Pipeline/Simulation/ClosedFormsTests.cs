using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Simulation;

/// <summary>For 2 to 8 units and 2 to 32 micro-batches, all of them, with costs that a seed chose.</summary>
public class ClosedFormsTests
{
    private const double Tolerance = 1e-9;

    private readonly int seed = Environment.TickCount;

    [Fact]
    public void Units_idle_when_the_closed_form_of_all_forward_then_all_back_says()
    {
        foreach (var (units, microBatches, cost, told) in Grid())
        {
            var simulated = Simulate(PipelineSchedule.GPipe, units, microBatches, cost);
            for (var stage = 0; stage < units; stage++)
                Same(ClosedForms.GPipeGaps(stage, units, microBatches, cost), simulated.Gaps(stage), simulated.Seconds, $"{told}, stage {stage}");
            Same((units - 1) * cost.Both, IdleOf(simulated, 0), simulated.Seconds, told);
            Same((units - 1.0) / (microBatches + units - 1), simulated.BubbleShare, 1, told);
        }
    }

    [Fact]
    public void Units_idle_when_the_closed_form_of_one_forward_one_back_says()
    {
        foreach (var (units, microBatches, cost, told) in Grid())
        {
            var simulated = Simulate(PipelineSchedule.OneForwardOneBackward, units, microBatches, cost);
            for (var stage = 0; stage < units; stage++)
            {
                Same(
                    ClosedForms.OneForwardOneBackwardGaps(stage, units, microBatches, cost), simulated.Gaps(stage), simulated.Seconds, $"{told}, stage {stage}");
                Same((units - 1) * cost.Both, IdleOf(simulated, stage), simulated.Seconds, told);
            }

            Same(ClosedForms.Seconds(units, microBatches, cost), simulated.Seconds, simulated.Seconds, told);
        }
    }

    [Fact]
    public void All_forward_then_all_back_takes_what_its_slowest_stages_make_of_it()
    {
        foreach (var (units, microBatches, _, told) in Grid())
        {
            var random = new Random(HashCode.Combine(seed, units, microBatches));
            StageCost[] stages = [.. Enumerable.Range(0, units).Select(_ => Cost(random))];
            var hop = random.NextDouble();

            var simulated = PipelineSimulator.Run(Schedule.Of(PipelineSchedule.GPipe, units, microBatches), stages, hop);

            Same(ClosedForms.GPipeSeconds(stages, microBatches, hop), simulated.Seconds, simulated.Seconds, told);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Interleaved_stages_idle_a_part_of_the_time_of_whole_ones(int stagesPerUnit)
    {
        foreach (var (units, microBatches, thin, told) in Grid())
        {
            var simulated = Simulate(PipelineSchedule.Interleaved, units, microBatches, thin, stagesPerUnit);
            var whole = ClosedForms.InterleavedSeconds(units, (microBatches + units - 1) / units * units, stagesPerUnit, thin);
            if (microBatches % units == 0)
                Same(whole, simulated.Seconds, whole, told);
            else
                Assert.True(simulated.Seconds < whole, $"{told}: {simulated.Seconds} s, and {whole} s with the micro-batches that there are not.");
        }
    }

    [Fact]
    public void Weights_go_where_a_unit_would_idle()
    {
        foreach (var (units, microBatches, cost, told) in Grid())
        {
            var simulated = Simulate(PipelineSchedule.ZeroBubble, units, microBatches, cost);
            Same(ClosedForms.ZeroBubbleSeconds(units, microBatches, cost), simulated.Seconds, simulated.Seconds, told);
        }
    }

    [Fact]
    public void Equal_parts_leave_a_third_of_the_bubble()
    {
        var one = new StageCost(1, 1, 1);

        Assert.Equal((4 - 1) * 3, IdleOf(Simulate(PipelineSchedule.OneForwardOneBackward, 4, 8, one), 0), Tolerance);
        Assert.Equal((4 - 1) * 1, IdleOf(Simulate(PipelineSchedule.ZeroBubble, 4, 8, one), 0), Tolerance);
    }

    private IEnumerable<(int Units, int MicroBatches, StageCost Cost, string Told)> Grid()
    {
        // Both ways alike, a short and a long way back, and whatever comes.
        var random = new Random(seed);
        StageCost[] costs = [new(1, 0.5, 0.5), new(3, 0.25, 0.5), new(0.5, 1, 3), Cost(random)];
        return from units in Enumerable.Range(2, 7)
               from microBatches in Enumerable.Range(2, 31)
               from cost in costs
               select (units, microBatches, cost, $"Seed {seed}, p = {units}, m = {microBatches}, {cost}");
    }

    private static StageCost Cost(Random random) => new(0.1 + random.NextDouble(), 0.1 + random.NextDouble(), 0.1 + random.NextDouble());

    private static Timeline Simulate(PipelineSchedule kind, int units, int microBatches, StageCost cost, int stagesPerUnit = 1)
    {
        var schedule = Schedule.Of(kind, units, microBatches, stagesPerUnit);
        return PipelineSimulator.Run(schedule, [.. Enumerable.Repeat(cost, schedule.Stages)]);
    }

    private static double IdleOf(Timeline timeline, int unit) => timeline.Gaps(unit).Sum(gap => gap.Seconds);

    private static void Same(IReadOnlyList<Interval> expected, IReadOnlyList<Interval> simulated, double scale, string told)
    {
        // Sums of the same numbers in another order differ in the last digits, which is no gap.
        Interval[] seen = [.. simulated.Where(gap => gap.Seconds > Tolerance * scale)];
        Assert.True(expected.Count == seen.Length, $"{told}: {string.Join(", ", seen)} instead of {string.Join(", ", expected)}");
        foreach (var (first, second) in expected.Zip(seen))
        {
            Same(first.Start, second.Start, scale, told);
            Same(first.End, second.End, scale, told);
        }
    }

    private static void Same(double expected, double simulated, double scale, string told) =>
        Assert.True(Math.Abs(expected - simulated) <= Tolerance * scale, $"{told}: {simulated} instead of {expected}");
}
