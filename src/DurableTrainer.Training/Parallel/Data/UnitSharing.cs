using System.Runtime.ExceptionServices;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Replicas;
using DurableTrainer.Training.Parallel.Data.Units;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data;

/// <summary>The units of a session, from their probe to their loss, with the plan that they follow and the reasons for it.</summary>
internal sealed class UnitSharing : IDisposable
{
    private readonly DataSurroundings surroundings;
    private readonly ModelSizes sizes;
    private readonly UnitCrew crew;
    private readonly string[] names;
    private readonly int sampleSize;
    private readonly int batch;
    private readonly long steps;
    private readonly List<PlanChange> changes = [];
    private Coordinator? coordinator;
    private int epoch;

    /// <param name="spec">What to train.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="graph">The model.</param>
    /// <param name="targetSize">Targets of a sample.</param>
    /// <param name="batch">The most samples of a batch.</param>
    /// <param name="steps">Of a trial that is not stopped.</param>
    /// <param name="processors">What units compute on.</param>
    /// <param name="surroundings">The clock that they are watched by.</param>
    /// <exception cref="ProcessorException">The units may not take the memory that a batch needs.</exception>
    public UnitSharing(
        TrainingSpec spec, DataParallelSpec parallel, Graph graph, int targetSize, int batch, long steps, IProcessorFactory processors,
        DataSurroundings surroundings)
    {
        (this.surroundings, this.batch, this.steps) = (surroundings, batch, steps);
        sizes = ModelSizes.Of(graph);
        sampleSize = checked((int)graph.Inputs[0].Shape.Size);
        names = [.. parallel.Ids];
        Comparison = new ReplicaComparison(names, parallel.DropWorst ?? 0);
        var replicas = Replica.Of(parallel);
        var most = UnitMemory.MostSamples(parallel.Units, graph, batch);
        // Gradients are clipped once they are added up, by who moves the parameters.
        var unclipped = spec with { Optimizer = new SgdSpec() };
        crew = new UnitCrew(
            [.. parallel.Units.Select((unit, number) => new Unit(
                number,
                replicas[number],
                new UnitClock(surroundings.Time, surroundings.Rest) { DutyCycle = unit.DutyCycle },
                () => new GradientProgram(processors.Create(unit.Threads), graph, unclipped, most[number]),
                new Gradient(sizes, most[number]),
                new BatchSamples(sampleSize, targetSize, most[number])))],
            most, Loss.Of(spec.Loss));
    }

    public TimeProvider Time => surroundings.Time;

    public IReadOnlyList<Unit> Units => crew.Units;

    /// <summary>How batches were shared, and why, from the first on.</summary>
    public IReadOnlyList<PlanChange> Changes => changes;

    /// <summary>What the units take by the plan that is followed; null before the first step.</summary>
    public Coordinator? Coordinator => coordinator;

    /// <summary>What the replicas bring to each step, against each other.</summary>
    public ReplicaComparison Comparison { get; }

    /// <param name="done">Epochs that are done, for those who read of changes.</param>
    public void BeginEpoch(int done)
    {
        epoch = done;
        Comparison.BeginEpoch();
    }

    public SharedBatch RoomForBatch(int most, int parameters) => new(most, sampleSize, sizes.Output, parameters);

    /// <summary>Probes the units and plans with what comes of it.</summary>
    /// <returns>Seconds that the slowest unit is expected to take for a batch.</returns>
    /// <exception cref="ProcessorException">Too many of them failed.</exception>
    public double Predict(SharedBatch shared) => (coordinator ??= Begin(shared)).PredictedSeconds;

    /// <summary>Has the units compute a step. Where one is lost, the others do all of it again: nothing has moved.</summary>
    /// <returns>Samples of each unit, and how it ended for each that had some.</returns>
    /// <exception cref="ProcessorException">No unit is left, or those that are have no memory for the batch.</exception>
    public (int[] Shards, UnitWork?[] Work) Run(SharedBatch shared)
    {
        coordinator ??= Begin(shared);
        while (true)
        {
            var shards = coordinator.ShardsOf(shared.Pass.Count)!;
            var work = crew.Run(shared, shards);
            var failed = work.Index().Where(one => one.Item?.Failure is not (null or MeetingBrokenException)).ToList();
            if (failed.Count == 0)
                return (shards, work);
            foreach (var (unit, end) in failed)
                Lose(coordinator, unit, end!.Value.Failure!, shared.Pass.Step);
        }
    }

    /// <summary>Takes note of a step that is done; from the next on batches may be shared otherwise.</summary>
    public void Observe(StepTiming timing)
    {
        surroundings.Observed?.Invoke(timing);
        if (coordinator!.Observe(timing.Shards, timing.UnitSeconds, steps - timing.Step - 1) is { } reason)
            changes.Add(new PlanChange(epoch, timing.Step + 1, reason));
    }

    public void Dispose() => crew.Dispose();

    private Coordinator Begin(SharedBatch shared)
    {
        var probes = crew.Probe(shared);
        var made = new Coordinator(names, [.. probes.Select(probe => probe.Failure is null ? probe.Cost : new UnitCost(0, 1))], batch);
        foreach (var (unit, (_, failure)) in probes.Index())
        {
            if (failure is not null)
                Lose(made, unit, failure, shared.Pass.Step);
        }

        if (changes.Count == 0)
            changes.Add(new PlanChange(epoch, shared.Pass.Step, made.FirstReason));
        return made;
    }

    private void Lose(Coordinator plan, int unit, Exception failure, long step)
    {
        crew.Remove(unit);
        if (plan.Lose(unit) is { } shared)
        {
            changes.Add(new PlanChange(epoch, step, $"{shared}, as its processor failed: {failure.Message}"));
            return;
        }

        // Who ran out of memory is told so as anyone else is.
        if (failure is OutOfMemoryException)
            ExceptionDispatchInfo.Throw(failure);
        throw new ProcessorException($"The units that are left cannot share a batch of {batch}: {names[unit]} is lost, as its processor failed: {failure.Message}");
    }
}
