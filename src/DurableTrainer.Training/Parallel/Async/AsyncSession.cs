using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
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
    private readonly IProcessorFactory processors;
    private readonly SessionTensors tensors;
    private readonly RateSchedule rates;
    private readonly UpdateLedger ledger;
    private readonly AsyncSurroundings surroundings;
    private readonly List<EpochMetrics> history = [];
    private SessionProgram program;
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
        Graph = GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss, dataset.TargetSize);
        Trainable.Require(spec, Graph, dataset, split);
        (this.spec, this.dataset, this.split, this.seed, this.trial) = (spec, dataset, split, seed, trial);
        Point = point ?? Point.Empty;
        batchSize = Math.Min(spec.BatchSize, dataset.Count);
        TrainingMemory.Require(Graph, spec.Optimizer, batchSize, parallel.Learners);
        sizes = ModelSizes.Of(Graph);
        rates = new RateSchedule(spec.Optimizer, EpochBatches.CountOf(split.Train.Length, spec.BatchSize), spec.Epochs);
        this.processors = processors ?? new CpuProcessorFactory();
        program = Compile(threads);
        try
        {
            tensors = new SessionTensors(program.Model);
            tensors.Initialize(Graph, seed, trial);
            ledger = new UpdateLedger(parallel, firstEpoch: this.surroundings.Time.GetUtcNow().UtcTicks);
            server = NewServer();
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    public Graph Graph { get; }

    public Point Point { get; }

    public int Epoch { get; private set; }

    public long Step => ledger.Version;

    public IReadOnlyList<EpochMetrics> History => history;

    /// <summary>
    /// The updates of the last epoch that was completed, in the order in which they were applied; none when it was replayed.
    /// </summary>
    public IReadOnlyList<UpdateRecord> Records { get; private set; } = [];

    internal AsyncParallelSpec Rules => parallel;

    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        var before = ledger.Capture() with { Done = [] };
        tensors.CopyAside();
        var sum = MetricSum.Of(spec.Loss, dataset.TargetSize);
        var batches = new EpochBatches(dataset, split.Train, spec.BatchSize, seed, trial, Epoch);
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var log = recorded.Of(Epoch + 1, Step, batches.Count);
        var records = log is null ? Train(batches, sum, cancellation) : Replay(log, batches, sum, cancellation);
        string? problem = null;
        if (!cancellation.IsCancellationRequested)
        {
            problem = records is null ? NonFinite.Describe(server.Trouble!, Epoch + 1) : Evaluate(metrics);
        }

        if (problem is not null || records is null || cancellation.IsCancellationRequested)
        {
            tensors.CopyBack();
            ledger.Restore(before);
            return problem is null
                ? new EpochResult(EpochOutcome.Stopped, Epoch, Step, Empty, $"Stopped in epoch {Epoch + 1}.")
                : new EpochResult(EpochOutcome.NonFinite, Epoch, Step, Empty, problem);
        }

        sum.Write("train", metrics);
        ParallelMetrics.Write(metrics, records, ledger.Counts.Since(before.Counts));
        metrics["train.learningRate"] = rates.At((long)Epoch * rates.StepsPerEpoch + batches.Count - 1);
        metrics[ModelMetrics.Parameters] = Graph.ParameterCount;
        metrics[ModelMetrics.Flops] = Graph.Cost.Flops;
        Records = log is null ? records : [];
        Epoch++;
        history.Add(new EpochMetrics(Epoch, metrics, Step));
        return new EpochResult(EpochOutcome.Completed, Epoch, Step, metrics);
    }

    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        program.Evaluation.Run(samples, prefix, metrics);
        return metrics;
    }

    public void UseThreads(int threads)
    {
        crew?.UseThreads(threads);
        if (threads == program.Processor.Threads)
            return;
        tensors.CopyAside();
        program.Dispose();
        program = Compile(threads);
        tensors.MoveTo(program.Model);
        server = NewServer();
    }

    public Checkpoint Capture() => new()
    {
        Parameters = tensors.CaptureParameters(),
        State = tensors.CaptureState(),
        Optimizer = tensors.CaptureOptimizer(),
        Epoch = Epoch,
        Step = Step,
        Point = Point,
        Graph = GraphJson.Write(Graph),
        History = [.. history],
        DataSha256 = dataset.Sha256,
        Async = AsyncState.Write(ledger.Capture() with { Done = [] }),
    };

    public void Restore(Checkpoint checkpoint)
    {
        if (checkpoint.DataSha256 is { } sha256 && sha256 != dataset.Sha256)
            throw new CheckpointException("The checkpoint was trained on other data: the data file has changed since.");
        var state = checkpoint.Async is { } text ? AsyncState.Read(text) : LedgerState.None;
        tensors.Restore(checkpoint);
        ledger.Restore(state with { Version = checkpoint.Step });
        Epoch = checkpoint.Epoch;
        history.Clear();
        history.AddRange(checkpoint.History);
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
        program.Dispose();
    }

    internal GradientProgram CompileLearner(int threads = 1) => new(processors.Create(threads), Graph, spec, batchSize);

    internal Gradient RoomForGradient() => new(sizes, batchSize);

    internal LearnerMemory RoomForLearner() => new(RoomForGradient(), RoomForSamples());

    internal Setup SetupOf(int learner) => new(spec, dataset.SampleShape, dataset.TargetSize, batchSize, learner);

    internal BatchSamples RoomForSamples() => new(dataset.SampleSize, dataset.TargetSize, batchSize);

    private SessionProgram Compile(int threads) => new(processors.Create(threads), spec, Graph, dataset, batchSize);

    private ParameterServer NewServer() => new(ledger, new ServerModel(program.Model), rates);

    /// <returns>Null when it could not be completed.</returns>
    private IReadOnlyList<UpdateRecord>? Train(EpochBatches batches, MetricSum sum, CancellationToken cancellation)
    {
        server.BeginEpoch(Epoch, batches, sum);
        // Who only measures a model needs no learners.
        crew ??= surroundings.CrewOf(this, program.Processor.Threads);
        crew.RunEpoch(server, cancellation);
        return server.IsEpochDone ? [.. server.Records] : null;
    }

    private IReadOnlyList<UpdateRecord> Replay(
        IReadOnlyList<UpdateRecord> log, EpochBatches batches, MetricSum sum, CancellationToken cancellation)
    {
        using var learner = CompileLearner(program.Processor.Threads);
        var replay = new UpdateReplay(new ServerModel(program.Model), learner, RoomForGradient, RoomForSamples());
        replay.Run(
            log, batches,
            (_, gradient, targets) => sum.Add(gradient.Outputs, targets, gradient.LossSum),
            cancellation);
        ledger.Recall(log);
        return log;
    }

    /// <returns>Why the model cannot be used; null when it can.</returns>
    private string? Evaluate(SortedDictionary<string, double> metrics)
    {
        program.Evaluation.Run(split.Validation, "validation", metrics);
        return metrics.TryGetValue("validation.loss", out var loss) && !double.IsFinite(loss)
            ? NonFinite.Describe("validation.loss", loss, Epoch + 1, $"after step {Step}")
            : null;
    }

    private static IReadOnlyDictionary<string, double> Empty { get; } = new SortedDictionary<string, double>();
}
