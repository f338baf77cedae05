using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Export;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Data.Replicas;

/// <summary>Replicas that count for more, see other samples, or are left out.</summary>
public sealed class ReplicaTests : IDisposable
{
    private const double Rate = 0.1;

    /// <summary>Nothing in it is drawn or measured over a batch, and an epoch is one step of 3 · 40 samples.</summary>
    private static readonly TrainingSpec OneStep = Digits.Perceptron with { Optimizer = new SgdSpec { LearningRate = Rate }, BatchSize = 120 };

    private static readonly DataSplit Few = Digits.Split with { Train = Digits.Split.Train[..120] };

    private readonly ThreadTime time = new();

    [Fact]
    public void A_sample_of_a_replica_counts_as_often_as_its_weight_says()
    {
        var parallel = new DataParallelSpec { Units = [new UnitSpec { Weight = 3 }, new UnitSpec(), new UnitSpec { Weight = 0.5 }] };
        using var session = New(OneStep, parallel, Few);
        var before = session.Capture();

        session.RunEpoch();

        var parts = GradientsOfThirds();
        AssertMoved(before, session.Capture(), place => (3 * parts[0][place] + parts[1][place] + 0.5 * parts[2][place]) / 4.5);
    }

    [Fact]
    public void Whoever_agrees_least_has_no_part_in_an_update_and_the_others_have_all_of_it()
    {
        var parallel = new DataParallelSpec { Units = [new UnitSpec(), new UnitSpec { Id = "noisy", Perturb = new PerturbSpec { Noise = 30 } }, new UnitSpec()], DropWorst = 1 };
        using var session = New(OneStep, parallel, Few);
        var before = session.Capture();

        var metrics = session.RunEpoch().Metrics;

        var parts = GradientsOfThirds();
        AssertMoved(before, session.Capture(), place => (parts[0][place] + parts[2][place]) / 2);
        Assert.Equal((0.0, 1.0, 0.0), (metrics["parallel.unit-0.dropped"], metrics["parallel.noisy.dropped"], metrics["parallel.unit-2.dropped"]));
        Assert.Equal((40.0, 0.0, 40.0), (metrics["parallel.unit-0.samples"], metrics["parallel.noisy.samples"], metrics["parallel.unit-2.samples"]));
    }

    [Fact]
    public void With_a_replica_that_sees_noise_a_model_learns_more_where_it_is_left_out()
    {
        DataParallelSpec parallel = new() { Units = [new UnitSpec(), new UnitSpec { Perturb = new PerturbSpec { Noise = 30 } }, new UnitSpec()] };
        using var taken = New(SharedSessions.Spec, parallel);
        using var left = New(SharedSessions.Spec, parallel with { DropWorst = 1 });

        Assert.True(left.RunEpoch().Metrics["validation.loss"] < taken.RunEpoch().Metrics["validation.loss"]);
    }

    [Fact]
    public void What_replicas_did_is_told_after_each_epoch()
    {
        var parallel = new DataParallelSpec { Units = [new UnitSpec { Id = "left" }, new UnitSpec { Id = "right", Threads = 2 }] };
        using var session = New(Digits.Perceptron with { BatchSize = 36 }, parallel, seconds: (threads, samples, _) => 1e-3 * threads * samples);

        var metrics = session.RunEpoch().Metrics;

        Assert.Equal(Digits.Split.Train.Length, Of("left", "samples") + Of("right", "samples"));
        Assert.InRange(Of("left", "samples"), 0.6 * Digits.Split.Train.Length, 0.7 * Digits.Split.Train.Length);
        var mean = (Of("left", "loss") * Of("left", "samples") + Of("right", "loss") * Of("right", "samples")) / Digits.Split.Train.Length;
        Assert.Equal(metrics["train.loss"], mean, 1e-9);
        Assert.InRange(Of("left", "agreement"), 0.2, 1);
        // Of two replicas each is all the others of the other.
        Assert.Equal(Of("left", "agreement"), Of("right", "agreement"), 1e-12);
        Assert.InRange(Of("right", "gradientNorm"), Of("left", "gradientNorm"), 3 * Of("left", "gradientNorm"));
        Assert.Equal(0, Of("left", "dropped"));
        Assert.Equal(metrics, session.History[^1].Values);

        double Of(string id, string what) => metrics[$"parallel.{id}.{what}"];
    }

    [Fact]
    public void Noise_is_that_of_a_sample_whoever_takes_it()
    {
        UnitSpec unit = new() { Perturb = new PerturbSpec { Noise = 3 } };
        using var one = New(OneStep, new DataParallelSpec { Units = [unit] }, Few);
        using var three = New(OneStep, new DataParallelSpec { Units = [unit, unit with { Threads = 2 }, unit] }, Few, (threads, samples, _) => 1e-3 * threads * samples);
        using var plain = New(OneStep, new DataParallelSpec { Units = [unit with { Perturb = null }] }, Few);

        var loss = one.RunEpoch().Metrics["train.loss"];

        Assert.Equal(loss, three.RunEpoch().Metrics["train.loss"], 1e-5);
        Assert.NotEqual(loss, plain.RunEpoch().Metrics["train.loss"], 1e-2);
    }

    [Fact]
    public void Replicas_that_differ_in_nothing_give_the_bits_of_units()
    {
        using var plain = New(SharedSessions.Spec, new DataParallelSpec());
        UnitSpec unit = new() { Weight = 7, Perturb = new PerturbSpec { Noise = 0 } };
        using var told = New(SharedSessions.Spec, new DataParallelSpec { Units = [unit, unit] });

        Assert.Equal(plain.RunEpoch().Metrics, told.RunEpoch().Metrics);

        Assert.Equal(plain.Capture().Write(), told.Capture().Write());
    }

    [Fact]
    public void The_lineage_of_a_model_goes_on_after_a_restart()
    {
        UnitSpec unit = new() { Id = "a", Weight = 2 };
        var parallel = new DataParallelSpec { Units = [unit, new UnitSpec(), new UnitSpec { Perturb = new PerturbSpec { Noise = 30 } }], DropWorst = 1 };
        using var first = New(SharedSessions.Spec, parallel);
        first.RunEpoch();
        using var second = New(SharedSessions.Spec, parallel);

        second.Restore(Checkpoint.Read(first.Capture().Write()));
        second.RunEpoch();

        var checkpoint = second.Capture();
        var replicas = ModelFiles.Of(checkpoint, new ModelInput([1, 8, 8], 0.0625), null, "digits-1", 5, "abc", parallel: parallel).Describe().Lineage.Replicas!;
        Assert.Equal(["a", "unit-1", "unit-2"], replicas.Select(replica => replica.Id));
        Assert.Equal([2.0, 1.0, 1.0], replicas.Select(replica => replica.Weight));
        Assert.Equal(checkpoint.Step, replicas.Sum(replica => replica.DroppedSteps));
        Assert.Equal(checkpoint.History.Sum(epoch => epoch.Values["parallel.a.samples"]), replicas[0].Samples);
        Assert.Equal(2, checkpoint.History.Count);
        Assert.InRange(replicas[2].DroppedSteps, checkpoint.Step * 9 / 10, checkpoint.Step);
    }

    [Fact]
    public void A_model_of_one_processor_has_no_replicas()
    {
        using var session = SharedSessions.Single();
        session.RunEpoch();

        Assert.Null(ModelFiles.Of(session.Capture(), new ModelInput([1, 8, 8], 0.0625), null, "digits-1", 5, "abc").Describe().Lineage.Replicas);
    }

    [Fact]
    public void When_a_unit_is_lost_two_are_left_of_which_none_is_the_worst()
    {
        var parallel = new DataParallelSpec { Units = [new UnitSpec(), new UnitSpec(), new UnitSpec { Threads = 2 }], DropWorst = 1 };
        var processors = new TimedProcessors(time) { Failure = (threads, step) => threads == 2 && step == 4 ? new InvalidOperationException("it is on fire") : null };
        using var session = SharedSessions.New(parallel, null, processors, time);

        var result = session.RunEpoch();

        Assert.Equal(EpochOutcome.Completed, result.Outcome);
        Assert.Equal(4, result.Metrics.Where(metric => metric.Key.EndsWith(".dropped", StringComparison.Ordinal)).Sum(metric => metric.Value));
    }

    [Fact]
    public void Noise_on_what_a_model_looks_up_is_refused()
    {
        var dataset = new Dataset([4], [.. Enumerable.Range(0, 80).Select(value => (float)(value % 3))], [.. Enumerable.Range(0, 20).Select(value => (float)(value % 2))], "abc");
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new EmbeddingLayer { Vocabulary = 3, Width = 2 }, new FlattenLayer(), new LinearLayer { Units = 2 }] },
            Parallel = new DataParallelSpec { Units = [new UnitSpec(), new UnitSpec { Perturb = new PerturbSpec { Noise = 0.1 } }] },
        };

        var refusal = Assert.Throws<DataException>(() =>
            new DataSession(spec, dataset, DataSplit.Of(dataset.Count, new SplitSpec(), Digits.Seed), Digits.Seed, SharedSessions.Trial));

        Assert.StartsWith("/parallel/units/1/perturb: changes inputs, but the model's embedding looks them up", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => time.Dispose();

    private DataSession New(TrainingSpec spec, DataParallelSpec parallel, DataSplit? split = null, Func<int, int, long, double>? seconds = null) => new(
        spec with { Parallel = parallel }, Digits.Dataset, split ?? Digits.Split, Digits.Seed, SharedSessions.Trial,
        processors: new TimedProcessors(time) { Seconds = seconds ?? ((_, samples, _) => 1e-3 * samples) },
        surroundings: new DataSurroundings { Time = time, Rest = _ => { } });

    /// <summary>The gradients of the mean loss over each third of the first batch, by how one processor moves with it.</summary>
    private static List<double[]> GradientsOfThirds() =>
    [
        .. EpochOrder.Of(Few.Train, Digits.Seed, SharedSessions.Trial, 0).Chunk(40).Select(third =>
        {
            using var session = new TrainingSession(OneStep, Digits.Dataset, Few with { Train = third }, Digits.Seed, SharedSessions.Trial);
            var before = session.Capture();
            session.RunEpoch();
            return Moved(before, session.Capture());
        }),
    ];

    private static void AssertMoved(Checkpoint before, Checkpoint after, Func<int, double> expected)
    {
        var moved = Moved(before, after);
        Assert.All(moved.Index(), one => Assert.Equal(expected(one.Index), one.Item, 1e-4));
        Assert.Contains(moved, value => Math.Abs(value) > 0.01);
    }

    private static double[] Moved(Checkpoint before, Checkpoint after) =>
        [.. Values(before).Zip(Values(after), (one, other) => ((double)one - other) / Rate)];

    private static IEnumerable<float> Values(Checkpoint checkpoint) => checkpoint.Parameters.SelectMany(tensor => tensor.Values);
}
