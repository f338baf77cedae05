using System.Globalization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Parallel;

/// <summary>
/// Trains on one processor or on units of one thread each, whichever is predicted to be quicker with the threads that there are when the
/// first epoch begins. Checkpoints are those of either.
/// </summary>
public sealed class AutoSession : ITrainingSession
{
    private readonly TrainingSpec spec;
    private readonly Dataset dataset;
    private readonly DataSplit split;
    private readonly long seed;
    private readonly int trial;
    private readonly Point? point;
    private readonly IProcessorFactory processors;
    private readonly DataSurroundings surroundings;
    private ITrainingSession session;
    private PlanChange? choice;
    private int threads;

    /// <param name="spec">What to train.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">How many compute.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">The clock that predictions follow from; that of this machine when null.</param>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">The spec asks for what this processor cannot do, or for more memory than any has.</exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, or an input is not an index that the model looks up.
    /// </exception>
    public AutoSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null, DataSurroundings? surroundings = null)
    {
        (this.spec, this.dataset, this.split, this.seed, this.trial, this.point) = (spec, dataset, split, seed, trial, point);
        (this.processors, this.surroundings, this.threads) = (processors ?? new CpuProcessorFactory(), surroundings ?? DataSurroundings.Plain, threads);
        // Who only measures a model needs no prediction.
        session = new TrainingSession(spec with { Parallel = new SingleParallelSpec() }, dataset, split, seed, trial, threads, point, this.processors);
    }

    public Graph Graph => session.Graph;

    public int Epoch => session.Epoch;

    public long Step => session.Step;

    public IReadOnlyList<EpochMetrics> History => session.History;

    public IReadOnlyList<InputChange> InputChanges => session.InputChanges;

    public IReadOnlyList<PlanChange> Plans => choice is null ? [] : [choice, .. session.Plans];

    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        choice ??= new PlanChange(Epoch, Step, Choose());
        return session.RunEpoch(cancellation);
    }

    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix) => session.Evaluate(samples, prefix);

    public void UseThreads(int threads)
    {
        this.threads = threads;
        session.UseThreads(threads);
    }

    public Checkpoint Capture() => session.Capture();

    public void Restore(Checkpoint checkpoint) => session.Restore(checkpoint);

    public void Dispose() => session.Dispose();

    /// <returns>What was chosen, and why.</returns>
    private string Choose()
    {
        if (threads == 1)
            return "single, as the trial has one thread";
        if (!processors.ShareBatches)
            return "single, as the processors of this worker cannot share batches";
        // As one processor and as units they are probed in the same way, and one after the other.
        double alone;
        using (var single = Shared(new UnitSpec { Threads = threads }))
            alone = single.PredictSeconds();
        var data = Shared([.. Enumerable.Repeat(new UnitSpec(), Math.Min(threads, DataParallelSpec.MostUnits))]);
        var together = data.PredictSeconds();
        var isData = together < alone;
        if (isData)
        {
            data.Restore(session.Capture());
            session.Dispose();
            session = data;
        }
        else
        {
            data.Dispose();
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(isData ? "data" : "single")}: a step is expected to take {alone * 1000:0.0#} ms on one processor of {threads} threads, and {together * 1000:0.0#} ms on units of one thread each");
    }

    private DataSession Shared(params IReadOnlyList<UnitSpec> units) => new(
        spec with { Parallel = new DataParallelSpec { Units = units } }, dataset, split, seed, trial, threads, point, processors, surroundings);
}
