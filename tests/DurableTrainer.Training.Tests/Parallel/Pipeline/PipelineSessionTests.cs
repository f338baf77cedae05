using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline;

/// <summary>What a slice may rely on of a session whose model is in parts.</summary>
public class PipelineSessionTests
{
    private const int Trial = 3;

    /// <summary>All that a part of a model can have to do with its neighbours: statistics, random choices, images, a place where nothing learns.</summary>
    private static TrainingSpec Spec { get; } = Digits.Convolutional with
    {
        Model = new ModelSpec
        {
            Layers =
            [
                new Conv2dLayer { Filters = 4, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
                new ResidualLayer { Layers = [new Conv2dLayer { Filters = 4, Kernel = 3, Padding = 1 }, new BatchNormLayer()] }, new ReluLayer(),
                new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
                new LinearLayer { Units = 16 }, new ReluLayer(), new DropoutLayer { Rate = 0.2 }, new LinearLayer { Units = 10 },
            ],
        },
        BatchSize = 50,
    };

    [Fact]
    public void One_micro_batch_gives_the_bits_of_a_single_session()
    {
        using var single = new TrainingSession(Spec, Digits.Dataset, Digits.Split, Digits.Seed, Trial);
        using var session = Open(new PipelineParallelSpec { MicroBatches = 1 });

        Assert.Equal(single.RunEpoch().Metrics, session.RunEpoch().Metrics);

        Assert.Equal(single.Capture().Write(), session.Capture().Write());
    }

    [Fact]
    public void What_comes_of_it_depends_neither_on_the_cut_nor_on_the_schedule_nor_on_the_units()
    {
        var places = GraphCuts.Places(GraphBuilder.Build(Spec.Model, [1, 8, 8], Spec.Loss, 1));
        var expected = CheckpointOf(new PipelineParallelSpec { Units = Units(1), MicroBatches = 4 });

        foreach (var place in places)
            Assert.Equal(expected, CheckpointOf(new PipelineParallelSpec { MicroBatches = 4 }, [place]));
        foreach (var schedule in Enum.GetValues<PipelineSchedule>())
            Assert.Equal(expected, CheckpointOf(new PipelineParallelSpec { Units = Units(3), MicroBatches = 4, Schedule = schedule }));
    }

    [Fact]
    public void A_unit_that_turns_out_to_be_slow_has_less_of_the_model_from_then_on_and_weights_are_the_same()
    {
        using var session = new PipelineSession(
            Spec with { Parallel = new PipelineParallelSpec { MicroBatches = 4 } }, Digits.Dataset, Digits.Split, Digits.Seed, Trial,
            surroundings: new PipelineSurroundings { Time = new ClockOfUnequalUnits() });
        var expected = CheckpointOf(new PipelineParallelSpec { Units = Units(1), MicroBatches = 4 }, epochs: 2);
        session.RunEpoch();
        session.RunEpoch();

        Assert.Equal(expected, session.Capture().Write());
        Assert.True(session.Plans.Count > 1, "It was not cut anew.");
        Assert.All(session.Plans.Skip(1), plan => Assert.Matches(
            @"^unit \d has layers\.\d+.*, unit \d has layers\.\d+.*: by what stages took, a batch of \d+\.\d+ ms is expected to take \d+\.\d+ ms$", plan.Reason));
        Assert.InRange(session.Plans[1].Step, 20, 21);
    }

    [Fact]
    public void A_batch_of_fewer_samples_than_micro_batches_goes_through()
    {
        // The last batch of an epoch has 1 sample, for four micro-batches.
        var split = Digits.Split with { Train = Digits.Split.Train[..101] };
        using var session = new PipelineSession(Spec with { Parallel = new PipelineParallelSpec() }, Digits.Dataset, split, Digits.Seed, Trial);

        Assert.Equal((EpochOutcome.Completed, 3L), (session.RunEpoch().Outcome, session.Step));
    }

    [Fact]
    public void A_session_goes_on_from_its_checkpoint_to_the_bit_also_under_another_schedule()
    {
        using var whole = Open(new PipelineParallelSpec());
        whole.RunEpoch();
        var checkpoint = whole.Capture();
        whole.RunEpoch();
        using var resumed = Open(new PipelineParallelSpec { Schedule = PipelineSchedule.ZeroBubble, Units = Units(3) });
        resumed.Restore(checkpoint);
        resumed.RunEpoch();

        Assert.Equal(whole.Capture().Write(), resumed.Capture().Write());
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_epoch_and_leaves_the_session_as_it_was()
    {
        using var session = new PipelineSession(
            Spec with { Parallel = new PipelineParallelSpec(), Optimizer = new SgdSpec { LearningRate = 1e30 } }, Digits.Dataset, Digits.Split, Digits.Seed, Trial);
        var before = session.Capture().Write();

        Assert.Equal(EpochOutcome.NonFinite, session.RunEpoch().Outcome);

        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void A_model_with_fewer_layers_than_stages_is_refused() => Assert.Equal(
        "/parallel/units: 16 stages need a layer each, and the model can be cut into 11 at most; choose fewer units or fewer stages on each.",
        Assert.Throws<ProcessorException>(() => Open(new PipelineParallelSpec { Units = Units(8), Schedule = PipelineSchedule.Interleaved })).Message);

    [Fact]
    public void Units_that_may_not_take_what_their_stages_need_are_told_so_before_anything_is_trained()
    {
        using var session = Open(new PipelineParallelSpec { Units = [new PipelineUnitSpec { Memory = new MemorySize(1000) }, new PipelineUnitSpec()] });

        var refusal = Assert.Throws<ProcessorException>(() => session.RunEpoch()).Message;

        Assert.StartsWith("/parallel/units/", refusal, StringComparison.Ordinal);
        Assert.Contains("choose smaller micro-batches, another schedule or more memory", refusal, StringComparison.Ordinal);
        Assert.Equal(0, session.Step);
    }

    private static PipelineUnitSpec[] Units(int count) => [.. Enumerable.Range(0, count).Select(_ => new PipelineUnitSpec())];

    private static byte[] CheckpointOf(PipelineParallelSpec parallel, IReadOnlyList<int>? cuts = null, int epochs = 1)
    {
        using var session = Open(parallel, cuts);
        while (session.Epoch < epochs)
            session.RunEpoch();
        return session.Capture().Write();
    }

    private static PipelineSession Open(PipelineParallelSpec parallel, IReadOnlyList<int>? cuts = null) => new(
        Spec with { Parallel = parallel }, Digits.Dataset, Digits.Split, Digits.Seed, Trial, surroundings: new PipelineSurroundings { Cuts = cuts });

    /// <summary>By which all that the second unit does takes ten times as long as what the first one does.</summary>
    private sealed class ClockOfUnequalUnits : TimeProvider
    {
        [ThreadStatic]
        private static long now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => now += Thread.CurrentThread.Name == "pipeline unit 1" ? 10 : 1;
    }
}
