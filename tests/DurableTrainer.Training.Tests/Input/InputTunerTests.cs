using DurableTrainer.Core.Training;
using DurableTrainer.Training.Input;

namespace DurableTrainer.Training.Tests.Input;

/// <summary>The tuner on pipelines that exist in numbers only: no thread, no clock.</summary>
public class InputTunerTests
{
    [Fact]
    public void The_rate_of_a_pipeline_is_that_of_its_slowest_stage()
    {
        StageMeasure[] stages = [new("read", 4, 0.001, 0.003), new("augment", 1, 0.002, 0)];

        Assert.Equal(500, ThroughputModel.Rate(stages));
        Assert.Equal(1, ThroughputModel.Tightest(stages));
        Assert.Equal(1.5, ThroughputModel.Processors(stages, 500), 12);
    }

    [Fact]
    public void A_stage_that_waits_gets_workers_until_the_pipeline_outruns_training_by_a_tenth()
    {
        var twin = new Twin(training: 3200, processors: 1, new StageMeasure("read", 1, 0.00001, 0.005));

        twin.Run(30);

        Assert.Equal([18], twin.Workers);
        Assert.InRange(twin.Rate, InputTuner.Headroom * 3200, InputTuner.Headroom * 3200 * 1.1);
        Assert.Equal([2, 4, 8, 16, 18], twin.Changes.Select(change => change.Workers));
        Assert.Equal("read has 2 workers instead of 1: it made 200 samples a second ready, training takes 3,200", twin.Changes[0].Reason);
        Assert.True(twin.SettledAfter <= 6, $"It took {twin.SettledAfter} decisions.");
    }

    [Fact]
    public void A_stage_that_computes_gets_no_more_workers_than_there_are_processors()
    {
        var twin = new Twin(training: 10_000, processors: 2, new StageMeasure("augment", 1, 0.001, 0));

        twin.Run(30);

        Assert.Equal([2], twin.Workers);
        Assert.Single(twin.Changes);
    }

    [Fact]
    public void Workers_that_wait_for_processors_are_not_joined_by_more_that_would()
    {
        // What two workers compute in 1 ms takes them 4, since training and others have their processors; it slows down training, too.
        var twin = new Twin(training: 600, processors: 2, new StageMeasure("augment", 2, 0.001, 0, 0.003));

        twin.Run(30);

        Assert.Empty(twin.Changes);
    }

    [Fact]
    public void What_a_sample_waits_for_processors_counts_for_how_many_workers_are_needed()
    {
        var twin = new Twin(training: 1000, processors: 1, new StageMeasure("read", 1, 0.00001, 0.00499, 0.005));

        twin.Run(30);

        Assert.Equal([11], twin.Workers);
    }

    [Fact]
    public void Processors_are_spent_by_all_stages_together()
    {
        var twin = new Twin(training: 10_000, processors: 2, new StageMeasure("read", 1, 0.0005, 0.002), new StageMeasure("augment", 1, 0.0005, 0));

        twin.Run(30);

        Assert.InRange(ThroughputModel.Processors(twin.Stages, twin.Rate), 1.5, 2);
    }

    [Fact]
    public void The_tightest_stage_comes_first()
    {
        var twin = new Twin(training: 400, processors: 8, new StageMeasure("read", 1, 0.0001, 0.01), new StageMeasure("augment", 1, 0.001, 0));

        twin.Run(30);

        Assert.Equal([5, 1], twin.Workers);
    }

    [Fact]
    public void A_stage_that_is_mostly_idle_loses_workers_one_by_one()
    {
        var twin = new Twin(training: 100, processors: 8, new StageMeasure("read", 16, 0.0001, 0.01));

        twin.Run(100);

        Assert.Equal([2], twin.Workers);
        Assert.Equal(Enumerable.Range(2, 14).Reverse(), twin.Changes.Select(change => change.Workers));
        Assert.Equal("read has 15 workers instead of 16: they were busy for 6% of the time", twin.Changes[0].Reason);
    }

    [Fact]
    public void Workers_are_taken_from_a_pipeline_that_keeps_more_processors_busy_than_it_may()
    {
        var twin = new Twin(training: 10_000, processors: 1, new StageMeasure("read", 8, 0.00001, 0.0001), new StageMeasure("augment", 2, 0.001, 0));

        twin.Run(1);

        Assert.Equal([8, 1], twin.Workers);
        Assert.Equal("augment has 1 worker instead of 2: they kept 2.0 processors busy, and may keep 1", Assert.Single(twin.Changes).Reason);
    }

    [Fact]
    public void From_any_start_it_settles_and_then_leaves_things_alone()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var stages = Enumerable.Range(0, 1 + random.Next(3)).Select(number =>
                new StageMeasure($"{number}", 1 + random.Next(64), Math.Pow(10, -5 + 3 * random.NextDouble()), Math.Pow(10, -5 + 3 * random.NextDouble()))).ToArray();
            var twin = new Twin(Math.Pow(10, 1 + 3 * random.NextDouble()), 1 + random.Next(8), stages);

            twin.Run(600);

            Assert.True(twin.SettledAfter < 400, $"Seed {seed} still changes after {twin.SettledAfter} decisions.");
            Assert.All(twin.Workers, count => Assert.InRange(count, 1, InputSpec.MostWorkers));
            for (var stage = 0; stage < stages.Length; stage++)
            {
                var isIdle = Math.Min(twin.Training, twin.Rate) / twin.Stages[stage].Rate < InputTuner.LeastUse;
                Assert.False(isIdle && twin.Workers[stage] > 1, $"Seed {seed}: stage {stage} has {twin.Workers[stage]} workers, mostly idle.");
            }
        }
    }

    [Fact]
    public void One_that_had_to_get_its_worker_back_is_watched_longer_before_it_loses_it_again()
    {
        var tuner = new InputTuner(1);
        var cuts = new List<int>();
        var workers = 2;
        for (var decision = 0; decision < 400; decision++)
        {
            // Training takes turns between little and much, as with one epoch of long and one of short sequences.
            foreach (var change in tuner.Decide([new("read", workers, 0.0001, 0.0099)], decision % 20 < 10 ? 50 : 150, 4))
            {
                if (change.Workers < workers)
                    cuts.Add(decision);
                workers = change.Workers;
            }
        }

        Assert.InRange(cuts.Count, 2, 4);
    }

    /// <summary>A pipeline whose stages take what they take, whoever measures.</summary>
    private sealed class Twin(double training, double processors, params StageMeasure[] stages)
    {
        private readonly InputTuner tuner = new(stages.Length);
        private int decisions;

        public double Training => training;

        public StageMeasure[] Stages => stages;

        public List<WorkerChange> Changes { get; } = [];

        public IReadOnlyList<int> Workers => [.. stages.Select(stage => stage.Workers)];

        public double Rate => ThroughputModel.Rate(stages);

        /// <summary>The decision that changed something last.</summary>
        public int SettledAfter { get; private set; }

        public void Run(int count)
        {
            for (; count > 0; count--)
            {
                decisions++;
                foreach (var change in tuner.Decide([.. stages], training, processors))
                {
                    stages[change.Stage] = stages[change.Stage] with { Workers = change.Workers };
                    Changes.Add(change);
                    SettledAfter = decisions;
                }
            }
        }
    }
}
