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
    private readonly InputPipeline? pipeline;
    private readonly RateSchedule rates;
    private readonly TrialModel model;

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
        (this.spec, this.dataset, this.split, this.seed, this.trial) = (spec, dataset, split, seed, trial);
        var batchSize = Math.Min(spec.BatchSize, dataset.Count);
        TrainingMemory.Require(graph, spec.Optimizer, batchSize);
        rates = new RateSchedule(spec.Optimizer, (split.Train.Length + spec.BatchSize - 1) / spec.BatchSize, spec.Epochs);
        processors ??= new CpuProcessorFactory();
        pipeline = InputPipeline.Of(spec, dataset, batchSize, seed, trial);
        model = new TrialModel(graph, dataset, split, seed, trial, point, Compile, threads);

        SessionProgram Compile(int count)
        {
            pipeline?.Processors = count;
            return new SessionProgram(processors.Create(count), spec, graph, dataset, batchSize, pipeline);
        }
    }

    public Graph Graph => model.Graph;

    public Point Point => model.Point;

    /// <summary>Epochs that are done.</summary>
    public int Epoch => model.Epoch;

    /// <summary>Optimizer steps that are done.</summary>
    public long Step => model.Step;

    /// <summary>How many threads compute.</summary>
    public int Threads => model.Program.Processor.Threads;

    public long ParameterCount => Graph.ParameterCount;

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History => model.History;

    /// <summary>How many workers make samples ready, each change in order; empty where nothing is done to samples.</summary>
    public IReadOnlyList<InputChange> InputChanges => pipeline?.Changes ?? [];

    /// <summary>
    /// Trains on every training sample once and then evaluates. Either the epoch is completed, or the session is as it was before.
    /// </summary>
    /// <param name="cancellation">Looked at before every step.</param>
    public EpochResult RunEpoch(CancellationToken cancellation = default) =>
        model.RunEpoch(metrics => TrainAndStopInput(metrics, cancellation), cancellation);

    /// <summary>Metrics of the model as it is, over some samples: <c>prefix.loss</c> and what goes with the loss.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix) => model.Evaluate(samples, prefix);

    /// <summary>
    /// Computes with so many threads from here on. That changes how long an epoch takes, and what it gives at most by rounding.
    /// </summary>
    public void UseThreads(int threads) => model.UseThreads(threads);

    /// <summary>Everything needed to continue bit for bit.</summary>
    public Checkpoint Capture() => model.Capture();

    /// <summary>
    /// Continues from a checkpoint of the same model, perhaps of another trial or with other settings of the optimizer; what the
    /// optimizer did not carry there starts at zero.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint is of another model or of other data.</exception>
    public void Restore(Checkpoint checkpoint) => model.Restore(checkpoint);

    public void Dispose()
    {
        pipeline?.Dispose();
        model.Dispose();
    }

    private string? TrainAndStopInput(IDictionary<string, double> metrics, CancellationToken cancellation)
    {
        try
        {
            return Train(metrics, cancellation);
        }
        finally
        {
            model.Program.Batch.Stop();
        }
    }

    /// <returns>Why the epoch cannot go on; null when it can.</returns>
    private string? Train(IDictionary<string, double> metrics, CancellationToken cancellation)
    {
        var (step, batch) = (model.Program.Model.Step, model.Program.Batch);
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
            model.Step++;
            step.Move(Step, rate);
        }

        sum.Write("train", metrics);
        metrics["train.learningRate"] = rate;
        return null;
    }

    private string Problem(string what, double value) => NonFinite.Describe(what, value, Epoch + 1, $"at step {Step + 1}");
}
