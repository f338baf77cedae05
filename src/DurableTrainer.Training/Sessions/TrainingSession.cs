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
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>
/// One trial's model in training, epoch by epoch. What it computes follows from the spec, the data, the seed and the trial alone: not
/// from the number of threads, nor from whether it was captured and restored in between. That is so to the last bit on the CPU processor,
/// and up to rounding on any.
/// </summary>
public sealed class TrainingSession : ITrainingSession
{
    private readonly TrainingSpec spec;
    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly long seed;
    private readonly int trial;
    private readonly int batchSize;
    private readonly IProcessorFactory processors;
    private readonly InputPipeline? pipeline;
    private readonly SessionTensors tensors;
    private readonly RateSchedule rates;
    private readonly List<EpochMetrics> history = [];
    private SessionProgram program;

    /// <summary>As the other constructor, with the graph that <see cref="GraphBuilder"/> makes of the spec.</summary>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    public TrainingSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null)
        : this(
            spec, GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss, dataset.TargetSize), dataset, split, seed, trial, threads,
            point, processors)
    {
    }

    /// <param name="spec">What to train.</param>
    /// <param name="graph">Of the spec's model, for the samples' shape, the spec's loss and the samples' targets.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <exception cref="ProcessorException">
    /// The spec asks for what this processor cannot do, or for more memory than any has; that is found before any is taken.
    /// </exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, an input is not an index that the model looks up, or samples cannot be
    /// changed as the spec says.
    /// </exception>
    public TrainingSession(
        TrainingSpec spec, Graph graph, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null)
    {
        if (spec.Parallel is not SingleParallelSpec)
        {
            throw new ProcessorException(
                $"/parallel/mode: a trial is trained on one processor; choose \"single\" instead of \"{spec.Parallel.Mode}\".");
        }

        Trainable.Require(spec, graph, dataset, split);
        Graph = graph;
        (this.spec, this.dataset, this.split, this.seed, this.trial) = (spec, dataset, split, seed, trial);
        Point = point ?? Point.Empty;
        batchSize = Math.Min(spec.BatchSize, dataset.Count);
        TrainingMemory.Require(Graph, spec.Optimizer, batchSize);
        rates = new RateSchedule(spec.Optimizer, (split.Train.Length + spec.BatchSize - 1) / spec.BatchSize, spec.Epochs);
        this.processors = processors ?? new CpuProcessorFactory();
        pipeline = InputPipeline.Of(spec, dataset, batchSize, seed, trial);
        program = Compile(threads);
        tensors = new SessionTensors(program.Model);
        tensors.Initialize(Graph, seed, trial);
    }

    public Graph Graph { get; }

    public Point Point { get; }

    /// <summary>Epochs that are done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps that are done.</summary>
    public long Step { get; private set; }

    /// <summary>How many threads compute.</summary>
    public int Threads => program.Processor.Threads;

    public long ParameterCount => Graph.ParameterCount;

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History => history;

    /// <summary>How many workers make samples ready, each change in order; empty where nothing is done to samples.</summary>
    public IReadOnlyList<InputChange> InputChanges => pipeline?.Changes ?? [];

    /// <summary>
    /// Trains on every training sample once and then evaluates. Either the epoch is completed, or the session is as it was before.
    /// </summary>
    /// <param name="cancellation">Looked at before every step.</param>
    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        var before = Step;
        tensors.CopyAside();
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var problem = TrainAndStopInput(metrics, cancellation);
        if (problem is null && !cancellation.IsCancellationRequested)
        {
            program.Evaluation.Run(split.Validation, "validation", metrics);
            if (metrics.TryGetValue("validation.loss", out var validation) && !double.IsFinite(validation))
                problem = Problem("validation.loss", validation, $"after step {Step}");
        }

        if (problem is not null || cancellation.IsCancellationRequested)
        {
            Step = before;
            tensors.CopyBack();
            return problem is null
                ? new EpochResult(EpochOutcome.Stopped, Epoch, Step, Empty, $"Stopped in epoch {Epoch + 1}.")
                : new EpochResult(EpochOutcome.NonFinite, Epoch, Step, Empty, problem);
        }

        metrics[ModelMetrics.Parameters] = ParameterCount;
        metrics[ModelMetrics.Flops] = Graph.Cost.Flops;
        Epoch++;
        history.Add(new EpochMetrics(Epoch, metrics, Step));
        return new EpochResult(EpochOutcome.Completed, Epoch, Step, metrics);
    }

    /// <summary>Metrics of the model as it is, over some samples: <c>prefix.loss</c> and what goes with the loss.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        program.Evaluation.Run(samples, prefix, metrics);
        return metrics;
    }

    /// <summary>
    /// Computes with so many threads from here on. That changes how long an epoch takes, and what it gives at most by rounding.
    /// </summary>
    public void UseThreads(int threads)
    {
        if (threads == Threads)
            return;
        // The old memory goes before the new comes.
        tensors.CopyAside();
        program.Dispose();
        program = Compile(threads);
        tensors.MoveTo(program.Model);
    }

    /// <summary>Everything needed to continue bit for bit.</summary>
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
    };

    /// <summary>
    /// Continues from a checkpoint of the same model, perhaps of another trial or with other settings of the optimizer; what the
    /// optimizer did not carry there starts at zero.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint is of another model or of other data.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        if (checkpoint.DataSha256 is { } sha256 && sha256 != dataset.Sha256)
            throw new CheckpointException("The checkpoint was trained on other data: the data file has changed since.");
        tensors.Restore(checkpoint);
        (Epoch, Step) = (checkpoint.Epoch, checkpoint.Step);
        history.Clear();
        history.AddRange(checkpoint.History);
    }

    public void Dispose()
    {
        pipeline?.Dispose();
        program.Dispose();
    }

    private SessionProgram Compile(int threads)
    {
        pipeline?.Processors = threads;
        return new(processors.Create(threads), spec, Graph, dataset, batchSize, pipeline);
    }

    private string? TrainAndStopInput(SortedDictionary<string, double> metrics, CancellationToken cancellation)
    {
        try
        {
            return Train(metrics, cancellation);
        }
        finally
        {
            program.Batch.Stop();
        }
    }

    /// <returns>Why the epoch cannot go on; null when it can.</returns>
    private string? Train(SortedDictionary<string, double> metrics, CancellationToken cancellation)
    {
        var (step, batch) = (program.Model.Step, program.Batch);
        var sum = MetricSum.Of(spec.Loss, dataset.TargetSize);
        var order = EpochOrder.Of(split.Train, seed, trial, Epoch);
        var rate = 0.0;
        batch.Start(order, Epoch);
        for (var start = 0; start < order.Length && !cancellation.IsCancellationRequested; start += spec.BatchSize)
        {
            batch.Load(order.AsSpan(start));
            var lossSum = step.Forward(new Pass(batch.Count, Training: true, seed, trial, Step), batch.Targets);
            if (!double.IsFinite(lossSum))
                return Problem("the training loss", lossSum);
            sum.Add(step.Output, batch.Targets, lossSum);
            if (step.Backward() is { } norm && !double.IsFinite(norm))
                return Problem("the norm of the gradients", norm);

            // By the place in the trial rather than by the count of steps, which another batch size may have led to.
            rate = rates.At((long)Epoch * rates.StepsPerEpoch + start / spec.BatchSize);
            Step++;
            step.Move(Step, rate);
        }

        sum.Write("train", metrics);
        metrics["train.learningRate"] = rate;
        return null;
    }

    private string Problem(string what, double value, string? when = null) =>
        NonFinite.Describe(what, value, Epoch + 1, when ?? $"at step {Step + 1}");

    private static IReadOnlyDictionary<string, double> Empty { get; } = new SortedDictionary<string, double>();
}
