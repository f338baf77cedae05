using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>What a slice may rely on of a session whose learners do not wait for each other.</summary>
public class AsyncSessionTests
{
    [Theory]
    [InlineData(StalenessContext.Mean)]
    [InlineData(StalenessContext.Current)]
    [InlineData(StalenessContext.Synchronous)]
    public void One_learner_gives_the_bits_of_a_single_session(StalenessContext context)
    {
        using var single = new TrainingSession(Learners.Spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 3);
        using var session = Learners.InThreads(new AsyncParallelSpec { Learners = 1, Context = context });

        for (var epoch = 0; epoch < 2; epoch++)
        {
            var expected = single.RunEpoch();
            var result = session.RunEpoch();

            Assert.Equal((EpochOutcome.Completed, expected.Epoch, expected.Step), (result.Outcome, result.Epoch, result.Step));
            Assert.Equal(expected.Metrics, result.Metrics.Where(pair => !pair.Key.StartsWith("parallel.", StringComparison.Ordinal)));
        }

        Assert.Equal(single.Capture().Write(), (session.Capture() with { Async = null, History = single.History }).Write());
    }

    [Fact]
    public void Threads_see_every_batch_once_and_learn()
    {
        using var session = Learners.InThreads(new AsyncParallelSpec { Learners = 4 });
        var batches = EpochBatches.CountOf(Digits.Split.Train.Length, Learners.Spec.BatchSize);

        EpochResult? last = null;
        for (var epoch = 1; epoch <= 6; epoch++)
        {
            last = session.RunEpoch();

            Assert.Equal(EpochOutcome.Completed, last.Outcome);
            Assert.Equal(epoch * batches, last.Step);
            Assert.Equal(Enumerable.Range(0, batches), session.Records.Select(record => record.Batch).Order());
            Assert.Equal(batches, last.Metrics["parallel.applied"]);
            Assert.Equal(0, last.Metrics["parallel.refused"] + last.Metrics["parallel.dropped"]);
        }

        Assert.InRange(last!.Metrics["validation.accuracy"], 0.85, 1);
    }

    [Fact]
    public void In_simulated_time_two_runs_are_the_same_and_updates_are_stale()
    {
        var parallel = new AsyncParallelSpec { Learners = 8 };
        using var one = Learners.InVirtualTime(parallel);
        using var other = Learners.InVirtualTime(parallel);

        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.Equal(one.RunEpoch().Metrics, other.RunEpoch().Metrics);
            Assert.Equal(one.Records, other.Records);
        }

        Assert.Equal(one.Capture().Write(), other.Capture().Write());
        Assert.InRange(one.History[^1].Values["parallel.staleness"], 3, 7);
    }

    [Fact]
    public void A_session_goes_on_from_a_checkpoint_with_its_windows()
    {
        var parallel = new AsyncParallelSpec { Learners = 4, Window = 8 };
        using var session = Learners.InVirtualTime(parallel);
        session.RunEpoch();
        var saved = session.Capture();
        var windows = AsyncState.Read(saved.Async!).Windows;
        using var resumed = Learners.InVirtualTime(parallel);

        resumed.Restore(Checkpoint.Read(saved.Write()));

        Assert.Equal(saved.Write(), resumed.Capture().Write());
        Assert.Contains(windows.Values, window => window.Any(staleness => staleness != 3));
        Assert.Equal(EpochOutcome.Completed, resumed.RunEpoch().Outcome);
        Assert.Equal((2, 2 * saved.Step), (resumed.Epoch, resumed.Step));
        // The first update of a learner is scaled by what it had seen before.
        Assert.All(windows, pair => Assert.Equal(
            StalenessScale.Inverse(pair.Value.Average()), resumed.Records.First(record => record.Learner == pair.Key).Scale, 1e-12));
    }

    [Fact]
    public void A_checkpoint_of_a_single_session_is_taken_up()
    {
        using var single = new TrainingSession(Learners.Spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 3);
        single.RunEpoch();
        using var session = Learners.InVirtualTime(new AsyncParallelSpec());

        session.Restore(single.Capture());

        Assert.Equal(2, session.RunEpoch().Epoch);
        Assert.Equal(2 * single.Step, session.Step);
    }

    [Fact]
    public void A_damaged_state_of_learners_is_refused_and_changes_nothing()
    {
        using var session = Learners.InVirtualTime(new AsyncParallelSpec());
        session.RunEpoch();
        var before = session.Capture();

        var refusal = Assert.Throws<CheckpointException>(() => session.Restore(before with { Async = """{"version":1}""" }));

        Assert.StartsWith("'async' of the metadata cannot be read:", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before.Write(), session.Capture().Write());
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_epoch_with_a_sentence_and_leaves_the_session_as_it_was()
    {
        var spec = Learners.Spec with { Optimizer = new SgdSpec { LearningRate = 1e30 } };
        using var session = Learners.InVirtualTime(new AsyncParallelSpec { Context = StalenessContext.None }, spec: spec);
        var before = session.Capture().Write();

        var result = session.RunEpoch();

        Assert.Equal((EpochOutcome.NonFinite, 0, 0L), (result.Outcome, result.Epoch, result.Step));
        Assert.Matches(@"^NonFinite: .* in epoch 1.*; a smaller learning rate may help\.$", result.Reason);
        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void Waiting_for_each_other_makes_one_update_of_the_gradients_of_all()
    {
        using var session = Learners.InVirtualTime(new AsyncParallelSpec { Learners = 5, Context = StalenessContext.Synchronous });
        var batches = EpochBatches.CountOf(Digits.Split.Train.Length, Learners.Spec.BatchSize);

        var result = session.RunEpoch();

        Assert.Equal((batches + 4) / 5, result.Step);
        Assert.Equal((0, batches), (result.Metrics["parallel.staleness"], result.Metrics["parallel.applied"]));
    }

    [Fact]
    public void Too_many_learners_for_the_memory_there_can_be_are_refused_before_any_is_taken()
    {
        var spec = Learners.Spec with { Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 1_000_000 }, new LinearLayer { Units = 10 }] } };

        var refusal = Assert.Throws<Training.Processors.ProcessorException>(() => Learners.InThreads(new AsyncParallelSpec { Learners = 64 }, spec: spec));

        Assert.Contains("batches of 36 and 64 learners takes at least", refusal.Message, StringComparison.Ordinal);
    }
}
