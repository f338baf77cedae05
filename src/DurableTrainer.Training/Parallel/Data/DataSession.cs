using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Replicas;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Parallel.Data;

/// <summary>
/// One trial's model whose batches several units share, each with as many samples as suits its speed. What comes of it is what one
/// processor gives, up to the rounding of sums: who shares how many samples follows from how long units take, and is not the same in every
/// run. With one unit it is the same to the last bit.
/// </summary>
public sealed class DataSession : ITrainingSession
{
    private readonly UnitSharing sharing;
    private readonly TrainingSession session;
    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly long seed;
    private readonly int trial;
    private readonly int batchSize;
    private readonly List<EpochMetrics> history = [];

    /// <param name="spec">What to train.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">With how many the model is moved and evaluated; units have their own.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">The clock that units are watched by; that of this machine when null.</param>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">
    /// The spec asks for what these processors cannot do, or for more memory than any has or the units may take; that is found before any is
    /// taken.
    /// </exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, an input is not an index that the model looks up, or a replica's samples cannot
    /// be changed as the spec says.
    /// </exception>
    public DataSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null, DataSurroundings? surroundings = null)
    {
        var parallel = spec.Parallel as DataParallelSpec
            ?? throw new ArgumentException($"The spec asks for {spec.Parallel.Mode}, not for data.", nameof(spec));
        (this.dataset, this.split, this.seed, this.trial) = (dataset, split, seed, trial);
        processors ??= new CpuProcessorFactory();
        if (!processors.ShareBatches)
            throw new ProcessorException("/parallel/mode: the processors of this worker cannot share batches; choose \"single\" instead of \"data\".");
        var graph = GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss, dataset.TargetSize);
        Trainable.Require(spec, graph, dataset, split);
        PerturbationFit.Require(parallel, graph);
        batchSize = Math.Min(spec.BatchSize, Math.Min(dataset.Count, split.Train.Length));
        TrainingMemory.Require(graph, spec.Optimizer, batchSize, parallel.Units.Count);
        var steps = (long)spec.Epochs * ((split.Train.Length + spec.BatchSize - 1) / spec.BatchSize);
        sharing = new UnitSharing(
            spec, parallel, graph, dataset.TargetSize, batchSize, steps, processors, surroundings ?? DataSurroundings.Plain);
        try
        {
            session = new TrainingSession(
                spec with { Parallel = new SingleParallelSpec() }, graph, dataset, split, seed, trial, threads, point,
                new SharedProcessorFactory(processors, sharing));
        }
        catch
        {
            sharing.Dispose();
            throw;
        }
    }

    /// <summary>Probes the units on the first samples, with the model as it is.</summary>
    /// <returns>Seconds that a step of a whole batch is expected to take, with what is done for all units at once.</returns>
    internal double PredictSeconds()
    {
        var captured = session.Capture();
        float[][] tensors = [.. captured.Parameters.Concat(captured.State).Select(tensor => tensor.Values)];
        var batch = sharing.RoomForBatch(batchSize, tensors.Sum(values => values.Length));
        for (var sample = 0; sample < batchSize; sample++)
            dataset.Inputs.AsSpan(split.Train[sample] * dataset.SampleSize, dataset.SampleSize).CopyTo(batch.Inputs.AsSpan(sample * dataset.SampleSize));
        batch.Take(new Pass(batchSize, Training: true, seed, trial, Step), split.Train.Take(batchSize).SelectMany(sample => dataset.TargetsOf(sample).ToArray()).ToArray());
        var place = 0;
        foreach (var values in tensors)
        {
            values.CopyTo(batch.Parameters, place);
            place += values.Length;
        }

        return sharing.Predict(batch) + ExchangeCost.Measure(batch.Parameters.Length, sharing.Time).Of(sharing.Units.Count);
    }

    public Graph Graph => session.Graph;

    public int Epoch => session.Epoch;

    public long Step => session.Step;

    public IReadOnlyList<EpochMetrics> History => history;

    public IReadOnlyList<InputChange> InputChanges => session.InputChanges;

    /// <summary>How batches were shared, and why, from the first on.</summary>
    public IReadOnlyList<PlanChange> Plans => sharing.Changes;

    internal UnitSharing Sharing => sharing;

    /// <summary>As any session does; where there are several units, what became of their replicas is among the metrics.</summary>
    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        sharing.BeginEpoch(session.Epoch);
        var result = session.RunEpoch(cancellation);
        if (result.Outcome != EpochOutcome.Completed)
            return result;
        var metrics = new SortedDictionary<string, double>(result.Metrics.ToDictionary(), StringComparer.Ordinal);
        if (sharing.Comparison.IsOfMany)
            sharing.Comparison.Write(metrics);
        history.Add(session.History[^1] with { Values = metrics });
        return result with { Metrics = metrics };
    }

    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix) => session.Evaluate(samples, prefix);

    public void UseThreads(int threads) => session.UseThreads(threads);

    public Checkpoint Capture() => session.Capture() with { History = [.. history] };

    public void Restore(Checkpoint checkpoint)
    {
        session.Restore(checkpoint);
        history.Clear();
        history.AddRange(checkpoint.History);
    }

    public void Dispose()
    {
        session.Dispose();
        sharing.Dispose();
    }
}
