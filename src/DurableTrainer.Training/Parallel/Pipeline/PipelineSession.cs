using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>
/// One trial's model in parts, each on a unit of its own, through which batches go in micro-batches. What comes of it depends on the number of
/// micro-batches, and neither on how the model is cut, nor on the schedule, nor on the number of units.
/// </summary>
public sealed class PipelineSession : ITrainingSession
{
    private readonly TrainingSession session;
    private readonly PipelinePlan plan;
    private readonly int trial;

    /// <param name="spec">What to train.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">With how many the model is evaluated; each unit has one of its own.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">What the pipeline lives in.</param>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">
    /// The spec asks for what these processors cannot do, for more stages than the model has parts, or for more memory than any has or the units
    /// may take.
    /// </exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, or an input is not an index that the model looks up.
    /// </exception>
    public PipelineSession(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null, PipelineSurroundings? surroundings = null)
    {
        var parallel = spec.Parallel as PipelineParallelSpec
            ?? throw new ArgumentException($"The spec asks for {spec.Parallel.Mode}, not for pipeline.", nameof(spec));
        if (processors is not (null or CpuProcessorFactory))
            throw new ProcessorException("/parallel/mode: the processors of this worker cannot run parts of a model; choose \"single\" instead of \"pipeline\".");
        var graph = GraphBuilder.Build(spec.Model, dataset.SampleShape, spec.Loss, dataset.TargetSize);
        Trainable.Require(spec, graph, dataset, split);
        PipelineFit.Require(parallel, graph);
        this.trial = trial;
        plan = new PipelinePlan(parallel, graph, dataset.TargetSize, trial, surroundings ?? PipelineSurroundings.Plain) { Now = () => (Epoch, Step) };
        session = new TrainingSession(
            spec with { Parallel = new SingleParallelSpec() }, graph, dataset, split, seed, trial, threads, point, new PipelineProcessorFactory(plan));
    }

    public Graph Graph => session.Graph;

    public int Epoch => session.Epoch;

    public long Step => session.Step;

    public IReadOnlyList<EpochMetrics> History => session.History;

    public IReadOnlyList<InputChange> InputChanges => session.InputChanges;

    public IReadOnlyList<PlanChange> Plans => plan.Changes;

    public PipelineTimeline? Timeline => plan.Crew?.TimelineOf(trial) is { } timeline ? timeline with { Epoch = Epoch, Step = Step } : null;

    /// <summary>What stages take for a micro-batch; empty before one was seen.</summary>
    internal IReadOnlyList<StageCost> StageCosts => plan.Crew is { Watch.Times: { IsKnown: true } times } ? times.Costs : [];

    public EpochResult RunEpoch(CancellationToken cancellation = default)
    {
        plan.Stop = cancellation;
        using var stop = cancellation.Register(plan.Release);
        return session.RunEpoch(cancellation);
    }

    public IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix) => session.Evaluate(samples, prefix);

    public void UseThreads(int threads) => session.UseThreads(threads);

    public Checkpoint Capture() => session.Capture();

    public void Restore(Checkpoint checkpoint) => session.Restore(checkpoint);

    public void Dispose() => session.Dispose();
}
