using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Sessions;

/// <summary>
/// A trial's model in memory and the epochs that it has behind it. An epoch is completed and becomes history, or it never was, whoever
/// trains it and however.
/// </summary>
internal sealed class TrialModel : IDisposable
{
    private static readonly IReadOnlyDictionary<string, double> NoMetrics = new SortedDictionary<string, double>();

    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly Func<int, SessionProgram> compile;
    private readonly SessionTensors tensors;
    private readonly List<EpochMetrics> history = [];

    /// <param name="graph">The model.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which of them to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="compile">Compiles the graph for so many threads.</param>
    /// <param name="threads">How many they are at first.</param>
    public TrialModel(
        Graph graph, Dataset dataset, DataSplit split, long seed, int trial, Point? point, Func<int, SessionProgram> compile, int threads)
    {
        (Graph, this.dataset, this.split, Point, this.compile) = (graph, dataset, split, point ?? Point.Empty, compile);
        Program = compile(threads);
        try
        {
            tensors = new SessionTensors(Program.Model);
            tensors.Initialize(graph, seed, trial);
        }
        catch
        {
            Program.Dispose();
            throw;
        }
    }

    public Graph Graph { get; }

    public Point Point { get; }

    /// <summary>As it is compiled now.</summary>
    public SessionProgram Program { get; private set; }

    /// <summary>Epochs that are done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps that are done; who trains counts them.</summary>
    public long Step { get; set; }

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History => history;

    /// <summary>Has an epoch trained and then validates. Either it is completed, or the model is as it was before.</summary>
    /// <param name="train">Trains, writes <c>train.*</c> into the metrics, and says why training cannot go on, or null.</param>
    /// <param name="cancellation">Whether training was stopped early.</param>
    public EpochResult RunEpoch(Func<IDictionary<string, double>, string?> train, CancellationToken cancellation)
    {
        var before = Step;
        tensors.CopyAside();
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var problem = train(metrics);
        if (problem is null && !cancellation.IsCancellationRequested)
            problem = Validate(metrics);
        if (problem is not null || cancellation.IsCancellationRequested)
        {
            Step = before;
            tensors.CopyBack();
            return problem is null
                ? new EpochResult(EpochOutcome.Stopped, Epoch, Step, NoMetrics, $"Stopped in epoch {Epoch + 1}.")
                : new EpochResult(EpochOutcome.NonFinite, Epoch, Step, NoMetrics, problem);
        }

        metrics[ModelMetrics.Parameters] = Graph.ParameterCount;
        metrics[ModelMetrics.Flops] = Graph.Cost.Flops;
        Epoch++;
        history.Add(new EpochMetrics(Epoch, metrics, Step));
        return new EpochResult(EpochOutcome.Completed, Epoch, Step, metrics);
    }

    /// <summary>Metrics of the model as it is, over some samples: <c>prefix.loss</c> and what goes with the loss.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Program.Evaluation.Run(samples, prefix, metrics);
        return metrics;
    }

    /// <returns>Whether it had to be compiled again for that.</returns>
    public bool UseThreads(int threads)
    {
        if (threads == Program.Processor.Threads)
            return false;
        // The old memory goes before the new comes.
        tensors.CopyAside();
        Program.Dispose();
        Program = compile(threads);
        tensors.MoveTo(Program.Model);
        return true;
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
    };

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

    public void Dispose() => Program.Dispose();

    /// <returns>Why the model cannot be used; null when it can.</returns>
    private string? Validate(SortedDictionary<string, double> metrics)
    {
        Program.Evaluation.Run(split.Validation, "validation", metrics);
        return metrics.TryGetValue("validation.loss", out var loss) && !double.IsFinite(loss)
            ? NonFinite.Describe("validation.loss", loss, Epoch + 1, $"after step {Step}")
            : null;
    }
}
