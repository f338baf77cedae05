using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Metrics;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Async.Crews;
using DurableTrainer.Training.Parallel.Async.Loopback;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>
/// One trial's model trained by learners that do not wait for each other within an epoch. What comes of an epoch depends on how long each
/// learner takes for its batches; what is written down of it gives the same weights again, to the last bit on the CPU processor.
/// </summary>
public sealed class AsyncSession : ITrainingSession
{
    private readonly TrainingSpec spec;
    private readonly AsyncParallelSpec parallel;
    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly long seed;
    private readonly int trial;
    private readonly int batchSize;
    private readonly ModelSizes sizes;
    private readonly IReadOnlyList<InputStage> input;
    private readonly IProcessorFactory processors;
    private readonly RateSchedule rates;
    private readonly UpdateLedger ledger;
    private readonly AsyncSurroundings surroundings;
    private readonly TrialModel model;
    private ParameterServer server;
    private ILearnerCrew? crew;
    private RecordedEpochs recorded = RecordedEpochs.None;

    /// <param name="spec">What to train.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">How many learners compute at a time, and with how many threads the server evaluates.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">The clock and the processes that it has to do with; those of this machine when null.</param>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">
    /// The spec asks for what this processor cannot do, or for more memory than any has; that is found before any is taken.
    /// </exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, or an input is not an index that the model looks up.
    /// </exception>
    public AsyncSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null, AsyncSurroundings? surroundings = null)
    {
        parallel = spec.Parallel as AsyncParallelSpec
            ?? throw new ArgumentException($"The spec asks for {spec.Parallel.Mode}, not for async.", nameof(spec));
        this.surroundings = surroundings ?? AsyncSurroundings.Plain;
        this.surroundings.Require(parallel);
        var graph = GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss, dataset.TargetSize);
        Trainable.Require(spec, graph, dataset, split);
        (this.spec, this.dataset, this.split, this.seed, this.trial) = (spec, dataset, split, seed, trial);
        batchSize = Math.Min(spec.BatchSize, dataset.Count);
        TrainingMemory.Require(graph, spec.Optimizer, batchSize, parallel.Learners);
        sizes = ModelSizes.Of(graph);
        input = InputPipeline.StagesOf(spec, dataset, seed, trial);
        rates = new RateSchedule(spec.Optimizer, EpochBatches.CountOf(split.Train.Length, spec.BatchSize), spec.Epochs);
        this.processors = processors ?? new CpuProcessorFactory();
        ledger = new UpdateLedger(parallel, firstEpoch: this.surroundings.Time.GetUtcNow().UtcTicks);
        model = new TrialModel(
            graph, dataset, split, seed, trial, point,
            count => new SessionProgram(this.processors.Create(count), spec, graph, dataset, batchSize, pipeline: null), threads);
        try
        {
            server = NewServer();
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public Graph Graph => model.Graph;

    public Point Point => model.Point;

    public int Epoch => model.Epoch;

    public long Step => model.Step;

    public IReadOnlyList<EpochMetrics> History => model.History;

    /// <summary>None: every learner makes its own samples ready.</summary>
    public IReadOnlyList<InputChange> InputChanges => [];

    /// <summary>
    /// The updates of the last epoch that was completed, in the order in which they were applied; none when it was replayed.
    /// </summary>
    public IReadOnlyList<UpdateRecord> Records { get; private set; } = [];

    internal AsyncParallelSpec Rules => parallel;

    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        var before = ledger.Capture() with { Done = [] };
        IReadOnlyList<UpdateRecord> trained = [];
        var result = model.RunEpoch(metrics => Train(metrics, before.Counts, out trained, cancellation), cancellation);
        if (result.Outcome == EpochOutcome.Completed)
            Records = trained;
        else
            ledger.Restore(before);
        return result;
    }

    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix) => model.Evaluate(samples, prefix);

    public void UseThreads(int threads)
    {
        crew?.UseThreads(threads);
        if (model.UseThreads(threads))
            server = NewServer();
    }

    public Checkpoint Capture() => model.Capture() with { Async = AsyncState.Write(ledger.Capture() with { Done = [] }) };

    public void Restore(Checkpoint checkpoint)
    {
        var state = checkpoint.Async is { } text ? AsyncState.Read(text) : LedgerState.None;
        model.Restore(checkpoint);
        ledger.Restore(state with { Version = checkpoint.Step });
    }

    /// <summary>
    /// Has the epochs that are whole in a log replayed rather than trained anew, so that a trial that goes on from an earlier checkpoint
    /// becomes what it was.
    /// </summary>
    /// <param name="log">The updates of a trial, in the order in which they were applied.</param>
    public void Recall(IEnumerable<UpdateRecord> log) => recorded = new RecordedEpochs(log);

    public void Dispose()
    {
        crew?.Dispose();
        model.Dispose();
        foreach (var stage in input)
            stage.Dispose();
    }

    internal GradientProgram CompileLearner(int threads = 1) => new(processors.Create(threads), Graph, spec, batchSize);

    internal Gradient RoomForGradient() => new(sizes, batchSize);

    internal LearnerMemory RoomForLearner() => new(RoomForGradient(), RoomForSamples());

    internal Setup SetupOf(int learner) => new(spec, dataset.SampleShape, dataset.TargetSize, batchSize, learner);

    internal BatchSamples RoomForSamples() => new(dataset.SampleSize, dataset.TargetSize, batchSize, [.. input.Select(stage => stage.CreateWork())]);

    private ParameterServer NewServer() => new(ledger, new ServerModel(model.Program.Model), rates);

    /// <param name="metrics">Get what comes of it.</param>
    /// <param name="before">What had become of all pushes before the epoch.</param>
    /// <param name="trained">The updates that learners brought; none when they were known.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Why the epoch cannot go on; null when it can.</returns>
    private string? Train(
        IDictionary<string, double> metrics, UpdateCounts before, out IReadOnlyList<UpdateRecord> trained, CancellationToken cancellation)
    {
        trained = [];
        var sum = MetricSum.Of(spec.Loss, dataset.TargetSize);
        var batches = new EpochBatches(dataset, split.Train, spec.BatchSize, seed, trial, Epoch);
        var records = recorded.Of(Epoch + 1, Step, batches.Count);
        if (records is not null)
        {
            Replay(records, batches, sum, cancellation);
        }
        else
        {
            server.BeginEpoch(Epoch, batches, sum);
            // Who only measures a model needs no learners.
            crew ??= surroundings.CrewOf(this, model.Program.Processor.Threads);
            crew.RunEpoch(server, cancellation);
            if (!server.IsEpochDone)
                return cancellation.IsCancellationRequested ? null : NonFinite.Describe(server.Trouble!, Epoch + 1);
            records = trained = [.. server.Records];
        }

        model.Step = ledger.Version;
        sum.Write("train", metrics);
        ParallelMetrics.Write(metrics, records, ledger.Counts.Since(before));
        metrics["train.learningRate"] = rates.At((long)Epoch * rates.StepsPerEpoch + batches.Count - 1);
        return null;
    }

    private void Replay(IReadOnlyList<UpdateRecord> log, EpochBatches batches, MetricSum sum, CancellationToken cancellation)
    {
        using var learner = CompileLearner(model.Program.Processor.Threads);
        var replay = new UpdateReplay(new ServerModel(model.Program.Model), learner, RoomForGradient, RoomForSamples());
        replay.Run(
            log, batches,
            (_, gradient, targets) => sum.Add(gradient.Outputs, targets, gradient.LossSum),
            cancellation);
        ledger.Recall(log);
    }
}
