using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

public class FillPlannerTests
{
    private const long Small = 100;

    [Theory]
    [InlineData(2, 1.5)]
    [InlineData(4, 1.25)]
    public void Fine_chunks_of_a_second_model_fill_a_pipeline_of_two_to_its_bound(int microBatches, double bound)
    {
        // A model like the main instance's, on one unit: forward in chunks of 10 ms, back in chunks of 20 ms.
        var plan = FillPlanner.Plan(Pipelined(PipelineSchedule.GPipe, 2, microBatches), [Chain(16, Small, Enumerable.Repeat(0.01, 40).Concat(Enumerable.Repeat(0.02, 40)))]);

        Assert.Null(plan.Refusal);
        Assert.Equal(bound, plan.Bound, 1e-9);
        Assert.InRange(plan.Gain, 0.99 * bound, bound + 1e-9);
    }

    [Fact]
    public void Coarse_chunks_and_a_guard_leave_gaps_behind()
    {
        var main = Pipelined(PipelineSchedule.GPipe, 2, 2);

        // Each unit has one gap of 0.3 s in an iteration, from one into the next on the second unit: two chunks of 0.12 s fit into it.
        var coarse = FillPlanner.Plan(main, [Chain(16, Small, [0.12, 0.12])]);
        Assert.Equal(2, coarse.IterationsPerMain, 1e-9);
        Assert.Equal(1 + 4 * 0.12 / 1.2, coarse.Gain, 1e-9);

        // And only one when its last 0.1 s are kept free.
        Assert.Equal(1 + 2 * 0.12 / 1.2, FillPlanner.Plan(main, [Chain(16, Small, [0.12, 0.12])], guard: 0.1).Gain, 1e-9);
    }

    [Fact]
    public void A_gap_ends_with_the_iteration_where_units_are_busy_before_the_next_one()
    {
        var (main, chunks) = (Pipelined(PipelineSchedule.GPipe, 2, 2), Chain(16, Small, [0.25]));

        Assert.Equal(2, FillPlanner.Plan(main, [chunks]).IterationsPerMain, 1e-9);
        Assert.Equal(1, FillPlanner.Plan(main with { Between = 0.05 }, [chunks]).IterationsPerMain, 1e-9);
    }

    [Fact]
    public void Chunks_of_one_unit_stay_on_it()
    {
        var plan = FillPlanner.Plan(Pipelined(PipelineSchedule.GPipe, 2, 2), [new FillerOption(16, Small, [new([], 0.1, Unit: 1)])]);

        Assert.Empty(plan.Units[0]);
        Assert.Equal(3, plan.IterationsPerMain, 1e-9);
    }

    [Fact]
    public void Where_memory_is_short_micro_batches_are_smaller()
    {
        var main = Pipelined(PipelineSchedule.GPipe, 2, 2) with { PeakBytes = 1000 };
        FillerOption[] options = [Chain(16, 240, [0.1]), Chain(8, Small, [0.05])];

        Assert.Equal(16, FillPlanner.Plan(main, options, memoryBytes: 1240).Option!.MicroBatch);
        Assert.Equal(8, FillPlanner.Plan(main, options, memoryBytes: 1239).Option!.MicroBatch);
        var refused = FillPlanner.Plan(main, options, memoryBytes: 1099);
        Assert.Equal("the filler would take 100 bytes with micro-batches of 8, the main instance takes 1000, and both may take 1099", refused.Refusal);
        Assert.Equal((1, 0), (refused.Gain, refused.IterationsPerMain));
    }

    [Fact]
    public void Chunks_that_fit_into_no_gap_are_refused()
    {
        var refused = FillPlanner.Plan(Pipelined(PipelineSchedule.GPipe, 2, 2), [Chain(16, Small, [0.1, 0.31])], guard: 0.02);

        Assert.Equal("chunk 1 of the filler takes 310.0 ms with micro-batches of 16, and the longest gap has place for 280.0 ms", refused.Refusal);
    }

    [Fact]
    public void Chunks_run_while_their_unit_is_free_one_at_a_time_and_after_what_they_need()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var told = $"Seed {seed}, round {round}";
            var kind = (PipelineSchedule)random.Next(4);
            var schedule = Schedule.Of(kind, 2 + random.Next(3), 1 + random.Next(5), kind == PipelineSchedule.Interleaved ? 2 : 1);
            StageCost[] costs = [.. Enumerable.Range(0, schedule.Stages).Select(_ => new StageCost(0.1 + random.NextDouble(), random.NextDouble(), random.NextDouble()))];
            var main = new MainInstance(PipelineSimulator.Run(schedule, costs), random.Next(2) * random.NextDouble(), 0);
            var (guard, hop) = (random.Next(2) * 0.05 * random.NextDouble(), random.Next(2) * 0.1 * random.NextDouble());
            FillChunk[] chunks = [.. Enumerable.Range(0, 1 + random.Next(12)).Select(number => new FillChunk(
                [.. Enumerable.Range(0, number).Where(_ => random.Next(3) == 0)], 0.02 + 0.2 * random.NextDouble(), random.Next(4) == 0 ? random.Next(schedule.Units) : null))];

            var plan = FillPlanner.Plan(main, [new FillerOption(1, Small, chunks)], guard, hop: hop);

            Assert.InRange(plan.Gain, 1, plan.Bound * (1 + 1e-6));
            if (plan.Refusal is not null)
                continue;
            var placed = plan.Units.SelectMany((spans, unit) => spans.Select(span => (span, unit))).ToDictionary(place => (place.span.Iteration, place.span.Chunk));
            var iterations = 1 + (int)(placed.Values.Max(place => place.span.End) / main.Period);
            var repeated = main.Iteration.Repeat(iterations, main.Between);
            foreach (var ((iteration, number), (span, unit)) in placed)
            {
                var chunk = chunks[number];
                Assert.True(chunk.Unit is null || chunk.Unit == unit, told);
                Assert.True(Math.Abs(span.End - span.Start - chunk.Seconds) < 1e-9, told);
                Assert.All(chunk.Needs, need => Assert.True(
                    placed[(iteration, need)].span.End + (placed[(iteration, need)].unit == unit ? 0 : hop) <= span.Start, told));
                Assert.DoesNotContain(repeated.Units[unit], other => other.Start < span.End + guard - 1e-6 && other.End > span.Start + 1e-9);
            }

            foreach (var spans in plan.Units)
                Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start + 1e-9, told));
            var iterationSpans = placed.Values.GroupBy(place => place.span.Iteration).OrderBy(group => group.Key)
                .Select(group => (Start: group.Min(place => place.span.Start), End: group.Max(place => place.span.End))).ToList();
            Assert.All(iterationSpans.Zip(iterationSpans.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, told));
        }
    }

    private static MainInstance Pipelined(PipelineSchedule kind, int units, int microBatches) =>
        new(PipelineSimulator.Run(Schedule.Of(kind, units, microBatches), [.. Enumerable.Repeat(new StageCost(0.1, 0.1, 0.1), units)]), 0, 0);

    /// <summary>Each chunk after the one before it.</summary>
    private static FillerOption Chain(int microBatch, long bytes, IEnumerable<double> seconds) =>
        new(microBatch, bytes, [.. seconds.Select((chunk, number) => new FillChunk(number == 0 ? [] : [number - 1], chunk))]);
}
