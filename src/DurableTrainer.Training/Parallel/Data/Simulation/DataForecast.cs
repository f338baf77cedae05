using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>How quick units that share batches are expected to be, by a probe of the model on this machine: those of a spec, and more than there are here.</summary>
public sealed record DataForecast
{
    /// <summary>Units of the table; more than a machine has are simulated as well.</summary>
    public static IReadOnlyList<int> Counts { get; } = [1, 2, 4, 8, 16];

    /// <summary>By which the units of the spec are known.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>Samples of a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>The units of the spec.</summary>
    public required UnitForecast Units { get; init; }

    /// <summary>So many units like the first of the spec, by <see cref="Counts"/>, as if each had processors of its own.</summary>
    public required IReadOnlyList<UnitForecast> Scaled { get; init; }

    /// <param name="spec">What to train.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <param name="targets">Of one sample.</param>
    /// <param name="samples">That are trained on.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">The clock that it is probed by; that of this machine when null.</param>
    /// <returns>Null when a probe of the model would take too long.</returns>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">The units cannot train the model: it is too large, or they may take too little memory.</exception>
    public static DataForecast? Of(
        TrainingSpec spec, DataParallelSpec parallel, IReadOnlyList<int> sampleShape, int targets, int samples, IProcessorFactory? processors = null,
        DataSurroundings? surroundings = null)
    {
        var batch = Math.Min(spec.BatchSize, samples);
        var graph = GraphBuilder.Build(spec.Model, sampleShape, spec.Loss, targets);
        // Nothing of this is probed: it is known from the graph.
        var most = UnitMemory.MostSamples(parallel.Units, graph, batch);
        var kinds = parallel.Units.Select(unit => unit.Threads).Distinct().Count();
        var found = UnitProbe.Of(spec, graph, sampleShape, targets, batch, kinds, processors ?? new CpuProcessorFactory(), surroundings ?? DataSurroundings.Plain);
        if (found is not { } probe)
            return null;
        UnitCost[] costs = [.. parallel.Units.Zip(most, (unit, count) => probe.CostOf(unit) with { MostSamples = count })];
        return new DataForecast
        {
            Ids = parallel.Ids,
            Batch = batch,
            Units = Simulate(parallel.Ids, costs, batch, probe),
            Scaled = [.. Counts.Select(count => Simulate(
                new DataParallelSpec { Units = [.. Enumerable.Repeat(new UnitSpec(), count)] }.Ids,
                [.. Enumerable.Repeat(probe.CostOf(parallel.Units[0]) with { MostSamples = batch }, count)], batch, probe))],
        };
    }

    private static UnitForecast Simulate(IReadOnlyList<string> ids, UnitCost[] costs, int batch, UnitProbe probe)
    {
        var step = new StepSimulator(ids, costs, batch).Run(1, probe.SerialSeconds(costs.Length))[0];
        return new UnitForecast(step.Shards, step.Seconds, (costs.Min(cost => cost.Of(batch)) + probe.SerialSeconds(1)) / step.Seconds);
    }
}
