using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Data;

/// <summary>What a slice may rely on of a session whose batches several units share.</summary>
public sealed class DataSessionTests : IDisposable
{
    private readonly ThreadTime time = new();

    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public void One_unit_gives_the_bits_of_a_single_session(double? clipNorm)
    {
        var spec = SharedSessions.Spec with { Optimizer = new SgdSpec { LearningRate = 0.05, Momentum = 0.5, ClipNorm = clipNorm } };
        using var single = SharedSessions.Single(spec);
        using var session = SharedSessions.In(time, units: 1, spec: spec);

        for (var epoch = 0; epoch < 2; epoch++)
            Assert.Equal(single.RunEpoch().Metrics, session.RunEpoch().Metrics);

        Assert.Equal(single.Capture().Write(), session.Capture().Write());
    }

    public static TheoryData<string> Models => ["perceptron", "batchNorm and dropout", "convolutional with batchNorm", "clipped"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Unequal_shards_give_the_losses_and_the_model_of_a_single_session(string model)
    {
        var spec = model switch
        {
            "perceptron" => Digits.Perceptron,
            "clipped" => Digits.Perceptron with { Optimizer = new SgdSpec { LearningRate = 0.1, ClipNorm = 0.5 } },
            "convolutional with batchNorm" => Digits.Convolutional with { Optimizer = new SgdSpec { LearningRate = 0.02 } },
            _ => SharedSessions.Spec,
        };
        var processors = new TimedProcessors(time) { Seconds = (unit, samples, _) => 1e-3 * samples / unit };
        using var single = SharedSessions.Single(spec);
        using var session = SharedSessions.In(time, processors, units: 3, spec: spec);

        var (expected, found) = (single.RunEpoch(), session.RunEpoch());

        Assert.Equal((EpochOutcome.Completed, expected.Epoch, expected.Step), (found.Outcome, found.Epoch, found.Step));
        Assert.Equal(expected.Metrics.Keys, found.Metrics.Keys.Where(name => !name.StartsWith("parallel.", StringComparison.Ordinal)));
        Assert.Equal(expected.Metrics["train.loss"], found.Metrics["train.loss"], 1e-4);
        Assert.Equal(expected.Metrics["validation.loss"], found.Metrics["validation.loss"], 1e-3);
        var (one, other) = (single.Capture(), session.Capture());
        foreach (var (a, b) in one.State.Zip(other.State))
            Assert.All(a.Values.Zip(b.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Max(1, Math.Abs(pair.First))));
        Assert.Contains("has", Assert.Single(session.Plans).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Faster_units_get_more_samples_and_the_reason_says_how_many()
    {
        var processors = new TimedProcessors(time) { Seconds = (unit, samples, _) => unit == 1 ? 2e-3 * samples : 1e-3 * samples };
        using var session = SharedSessions.In(time, processors);

        session.RunEpoch();

        var plan = Assert.Single(session.Plans);
        Assert.Equal((0, 0L), (plan.Epoch, plan.Step));
        Assert.Equal("unit-0 has 12, unit-1 has 24: the slowest is expected to take 24.0 ms for a batch of 36", plan.Reason);
    }

    [Fact]
    public void A_throttled_unit_counts_as_a_slower_one()
    {
        var halved = new DataParallelSpec { Units = [new UnitSpec { DutyCycle = 0.5 }, new UnitSpec()] };
        var rested = TimeSpan.Zero;
        using var session = new DataSession(
            SharedSessions.Spec with { Parallel = halved }, Digits.Dataset, Digits.Split, Digits.Seed, SharedSessions.Trial,
            processors: new TimedProcessors(time), surroundings: new DataSurroundings { Time = time, Rest = rest => rested += rest });

        session.RunEpoch();

        Assert.StartsWith("unit-0 has 12, unit-1 has 24:", session.Plans[0].Reason, StringComparison.Ordinal);
        // As long as it works: in the probe twice 36 to get warm, five times 9 and 36, then its 12 of each of 34 batches and at most 12 of the last.
        Assert.InRange(rested.TotalSeconds, 1e-3 * (7 * 36 + 5 * 9 + 34 * 12), 1e-3 * (7 * 36 + 5 * 9 + 35 * 12));
    }

    [Fact]
    public void A_unit_that_becomes_slower_gets_fewer_samples_and_the_reason_says_why()
    {
        var processors = new TimedProcessors(time) { Seconds = (unit, samples, step) => (unit == 1 && step >= 20 ? 3e-3 : 1e-3) * samples };
        using var session = SharedSessions.In(time, processors);

        session.RunEpoch();
        session.RunEpoch();

        Assert.Equal(2, session.Plans.Count);
        var change = session.Plans[1];
        Assert.InRange(change.Step, 30, 60);
        Assert.Equal(
            "unit-0 has 9, unit-1 has 27, instead of unit-0 has 18, unit-1 has 18: unit-0 takes 3.0 times as long as was expected of it, "
                + "and so a step of 54.0 ms is expected to take 27.0 ms",
            change.Reason);
    }

    [Fact]
    public void A_unit_that_is_lost_in_a_step_has_it_done_again_by_the_others_and_nothing_is_lost()
    {
        using var single = SharedSessions.Single();
        var processors = new TimedProcessors(time) { Failure = (unit, step) => unit == 2 && step == 7 ? new InvalidOperationException("it is on fire") : null };
        using var session = SharedSessions.In(time, processors, units: 3);

        var (expected, found) = (single.RunEpoch(), session.RunEpoch());

        Assert.Equal((EpochOutcome.Completed, expected.Step), (found.Outcome, found.Step));
        Assert.Equal(expected.Metrics["train.loss"], found.Metrics["train.loss"], 1e-4);
        Assert.Equal((0, 7L), (session.Plans[1].Epoch, session.Plans[1].Step));
        Assert.Equal("unit-0 has 18, unit-1 is lost, unit-2 has 18, as its processor failed: it is on fire", session.Plans[1].Reason);
    }

    [Fact]
    public void A_unit_that_fails_before_it_did_anything_takes_no_part()
    {
        var processors = new TimedProcessors(time) { Failure = (unit, _) => unit == 2 ? new InvalidOperationException("there is no such core") : null };
        using var session = SharedSessions.In(time, processors);

        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        Assert.Equal("unit-0 has 36, unit-1 is lost, as its processor failed: there is no such core", Assert.Single(session.Plans).Reason);
    }

    [Fact]
    public void When_no_unit_is_left_the_slice_is_told_why()
    {
        var processors = new TimedProcessors(time) { Failure = (_, step) => step == 3 ? new InvalidOperationException("the power is gone") : null };
        using var session = SharedSessions.In(time, processors);

        var failure = Assert.Throws<ProcessorException>(() => session.RunEpoch());

        Assert.StartsWith("The units that are left cannot share a batch of 36: unit-", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("is lost, as its processor failed: the power is gone", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_that_all_run_out_of_memory_say_so_as_any_session_does()
    {
        var processors = new TimedProcessors(time) { Failure = (_, _) => new InsufficientMemoryException() };
        using var session = SharedSessions.In(time, processors);

        Assert.Throws<InsufficientMemoryException>(() => session.RunEpoch());
    }

    [Fact]
    public void A_trial_goes_on_under_another_mode()
    {
        using var single = SharedSessions.Single();
        using var session = SharedSessions.In(time);
        single.RunEpoch();

        session.Restore(single.Capture());
        Assert.Equal(single.Capture().Write(), session.Capture().Write());
        session.RunEpoch();
        single.Restore(session.Capture());

        Assert.Equal(session.Capture().Write(), single.Capture().Write());
        Assert.Equal((1, single.Step / 2), (session.Plans[0].Epoch, session.Plans[0].Step));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_epoch_with_a_sentence_and_leaves_the_session_as_it_was()
    {
        using var session = SharedSessions.In(time, spec: SharedSessions.Spec with { Optimizer = new SgdSpec { LearningRate = 1e30 } });
        var before = session.Capture().Write();

        var result = session.RunEpoch();

        Assert.Equal((EpochOutcome.NonFinite, 0, 0L), (result.Outcome, result.Epoch, result.Step));
        Assert.Matches(@"^NonFinite: .* in epoch 1, .*; a smaller learning rate may help\.$", result.Reason);
        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void Other_threads_for_the_session_leave_its_units_as_they_are()
    {
        using var session = SharedSessions.In(time);
        session.RunEpoch();

        session.UseThreads(2);
        session.RunEpoch();

        Assert.Single(session.Plans);
        Assert.Equal(2, session.Epoch);
    }

    [Fact]
    public void A_unit_may_take_so_much_memory_that_others_get_its_samples()
    {
        var bytes = TrainingMemory.BytesOf(SharedSessions.Single().Graph, new SgdSpec(), 5);
        var parallel = new DataParallelSpec { Units = [new UnitSpec { Memory = new MemorySize(bytes) }, new UnitSpec()] };
        using var session = SharedSessions.New(parallel, null, new TimedProcessors(time), time);

        session.RunEpoch();

        Assert.StartsWith("unit-0 has 5, unit-1 has 31:", Assert.Single(session.Plans).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "/parallel/units/0/memory: a replica of this model takes at least 23192 bytes for a single sample, and the unit may take 1.")]
    [InlineData(23192, "/parallel/units: the memory of the units is enough for 2 samples, and a batch has 36; choose a smaller batch or more memory.")]
    public void Too_little_memory_is_refused_before_any_is_taken(long bytes, string message)
    {
        var unit = new UnitSpec { Memory = new MemorySize(bytes) };

        var refusal = Assert.Throws<ProcessorException>(() =>
            SharedSessions.New(new DataParallelSpec { Units = [unit, unit] }, null, new TimedProcessors(time), time));

        Assert.Equal(message, refusal.Message);
    }

    public void Dispose() => time.Dispose();
}
