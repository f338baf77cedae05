using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Metrics;

namespace DurableTrainer.Training.Sessions;

/// <summary>
/// One trial's model in training, epoch by epoch. What it computes follows from the spec, the data, the seed and the trial alone: not
/// from the number of threads, nor from whether it was captured and restored in between.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    /// <summary>Evaluation goes in batches of at least so many samples.</summary>
    private const int EvaluationBatch = 64;

    private const string Advice = "a smaller learning rate may help";

    private readonly TrainingSpec spec;
    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly long seed;
    private readonly int trial;
    private readonly CpuProcessor processor;
    private readonly TrainingStep step;
    private readonly CpuExecutable executable;
    private readonly SessionTensors sessionTensors;
    private readonly float[] targets;
    private readonly List<EpochMetrics> history = [];

    /// <summary>As the other constructor, with the graph that <see cref="GraphBuilder"/> makes of the spec.</summary>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    public TrainingSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null)
        : this(spec, GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss), dataset, split, seed, trial, threads, point)
    {
    }

    /// <param name="spec">What to train.</param>
    /// <param name="graph">Of the spec's model, for the samples' shape and the spec's loss.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <exception cref="ProcessorException">
    /// The spec asks for what this processor cannot do, or for more memory than any has; that is found before any is taken.
    /// </exception>
    /// <exception cref="DataException">A label is not a class of the model, or an input is not an index that it looks up.</exception>
    public TrainingSession(
        TrainingSpec spec, Graph graph, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null)
    {
        if (spec.Parallel.Mode != ParallelMode.Single)
        {
            throw new ProcessorException(
                "/parallel/mode: the CPU processor trains one model on one processor; "
                    + $"choose \"single\" instead of \"{Json(spec.Parallel.Mode)}\".");
        }

        if (spec.BatchSize < 1)
            throw new ProcessorException($"/batchSize: a batch wants 1 sample or more, not {spec.BatchSize}.");
        Graph = graph;
        if (Graph.ParameterCount == 0)
            throw new ProcessorException("/layers: nothing in this model learns; add a linear or a conv2d layer.");
        if (spec.Loss is CrossEntropySpec)
            dataset.RequireClasses(Graph.ShapeOf(Graph.Outputs[0])[0]);

        (this.spec, this.dataset, this.split, this.seed, this.trial) = (spec, dataset, split, seed, trial);
        Point = point ?? Point.Empty;
        if (Graph.Vocabulary is { } vocabulary)
            dataset.RequireIndices(vocabulary);
        var batch = Math.Min(Math.Max(spec.BatchSize, EvaluationBatch), dataset.Count);
        TrainingMemory.Require(Graph, spec.Optimizer, batch);
        var tensors = new ModelTensors(Graph);
        tensors.Initialize(seed, trial);
        targets = new float[batch];
        processor = new CpuProcessor(threads);
        try
        {
            step = new TrainingStep(processor, Graph, tensors, spec.Loss, spec.Optimizer, batch);
        }
        catch
        {
            // What kernels work with can still be too much; then nobody else ends the processor's threads.
            processor.Dispose();
            throw;
        }

        executable = step.Executable;
        sessionTensors = new SessionTensors(tensors, step.Optimizer);
    }

    public Graph Graph { get; }

    public Point Point { get; }

    /// <summary>Epochs that are done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps that are done.</summary>
    public long Step { get; private set; }

    public long ParameterCount => Graph.ParameterCount;

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History => history;

    /// <summary>
    /// Trains on every training sample once and then evaluates. Either the epoch is completed, or the session is as it was before.
    /// </summary>
    /// <param name="cancellation">Looked at before every step.</param>
    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        var before = Step;
        sessionTensors.CopyAside();
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var problem = Train(metrics, cancellation);
        if (problem is null && !cancellation.IsCancellationRequested)
        {
            Evaluate(split.Validation, "validation", metrics);
            if (metrics.TryGetValue("validation.loss", out var validation) && !double.IsFinite(validation))
                problem = $"validation.loss became {Word(validation)} in epoch {Epoch + 1}; {Advice}.";
        }

        if (problem is not null || cancellation.IsCancellationRequested)
        {
            Step = before;
            sessionTensors.CopyBack();
            return problem is null
                ? new EpochResult(EpochOutcome.Stopped, Epoch, Step, Empty, $"Stopped in epoch {Epoch + 1}.")
                : new EpochResult(EpochOutcome.Diverged, Epoch, Step, Empty, problem);
        }

        Epoch++;
        history.Add(new EpochMetrics(Epoch, metrics));
        return new EpochResult(EpochOutcome.Completed, Epoch, Step, metrics);
    }

    /// <summary>Metrics of the model as it is, over some samples: <c>prefix.loss</c> and what goes with the loss.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Evaluate(samples, prefix, metrics);
        return metrics;
    }

    /// <summary>Everything needed to continue bit for bit.</summary>
    public Checkpoint Capture() => new()
    {
        Parameters = sessionTensors.CaptureParameters(),
        State = sessionTensors.CaptureState(),
        Optimizer = sessionTensors.CaptureOptimizer(),
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
        sessionTensors.Restore(checkpoint);
        (Epoch, Step) = (checkpoint.Epoch, checkpoint.Step);
        history.Clear();
        history.AddRange(checkpoint.History);
    }

    public void Dispose() => processor.Dispose();

    /// <returns>Why the epoch cannot go on; null when it can.</returns>
    private string? Train(IDictionary<string, double> metrics, CancellationToken cancellation)
    {
        var sum = MetricSum.Of(spec.Loss);
        var order = EpochOrder.Of(split.Train, seed, trial, Epoch);
        for (var start = 0; start < order.Length && !cancellation.IsCancellationRequested; start += spec.BatchSize)
        {
            var count = Load(order, start, spec.BatchSize);
            var lossSum = step.Forward(new Pass(count, Training: true, seed, trial, Step), targets.AsSpan(0, count));
            if (!double.IsFinite(lossSum))
                return $"The training loss became {Word(lossSum)} in epoch {Epoch + 1}, at step {Step + 1}; {Advice}.";
            sum.Add(executable.Output, targets.AsSpan(0, count), lossSum);
            Step++;
            step.Update(Step);
        }

        sum.Write("train", metrics);
        return null;
    }

    private void Evaluate(int[] samples, string prefix, IDictionary<string, double> metrics)
    {
        var sum = MetricSum.Of(spec.Loss);
        for (var start = 0; start < samples.Length; start += executable.Batch)
        {
            var count = Load(samples, start, executable.Batch);
            var lossSum = step.Evaluate(targets.AsSpan(0, count));
            sum.Add(executable.Output, targets.AsSpan(0, count), lossSum);
        }

        sum.Write(prefix, metrics);
    }

    private int Load(int[] samples, int start, int most)
    {
        var count = Math.Min(most, samples.Length - start);
        for (var i = 0; i < count; i++)
        {
            var sample = samples[start + i];
            dataset.Inputs.AsSpan(sample * dataset.SampleSize, dataset.SampleSize).CopyTo(executable.Input[(i * dataset.SampleSize)..]);
            targets[i] = dataset.Targets[sample];
        }

        return count;
    }

    private static IReadOnlyDictionary<string, double> Empty { get; } = new SortedDictionary<string, double>();

    private static string Word(double value) => double.IsNaN(value) ? "not a number" : "infinite";

    private static string Json(ParallelMode mode) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(mode.ToString());
}
