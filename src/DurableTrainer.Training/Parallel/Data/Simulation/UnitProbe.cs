using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Units;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>
/// What units and steps of a model take on this machine, one unit at a time: measured with numbers of the shape of the data, as what a layer
/// takes does not depend on their values.
/// </summary>
internal sealed class UnitProbe
{
    /// <summary>The quickest counts: until a program has run for a while it is not compiled to its end.</summary>
    private const int Rounds = 3;

    /// <summary>With fewer, what a sample takes cannot be told from what a batch takes.</summary>
    private const int FewestSamples = 8;

    private readonly Dictionary<int, UnitCost> byThreads = [];
    private readonly Func<int, UnitCost> probe;
    private readonly ExchangeCost exchange;
    private readonly double moveSeconds;

    private UnitProbe(Func<int, UnitCost> probe, ExchangeCost exchange, double moveSeconds) =>
        (this.probe, this.exchange, this.moveSeconds) = (probe, exchange, moveSeconds);

    /// <param name="spec">What to train.</param>
    /// <param name="graph">Its model.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <param name="targets">Of one sample.</param>
    /// <param name="batch">Samples of a batch; with fewer it is probed where that would take too long.</param>
    /// <param name="kinds">How many kinds of units will be asked for.</param>
    /// <param name="processors">What it computes on.</param>
    /// <param name="surroundings">The clock.</param>
    /// <returns>Null when even a few samples would take too long.</returns>
    public static UnitProbe? Of(
        TrainingSpec spec, Graph graph, IReadOnlyList<int> sampleShape, int targets, int batch, int kinds, IProcessorFactory processors, DataSurroundings surroundings)
    {
        var probed = (int)Math.Min(batch, ProbeBudget.MostFlops / (ProbeBudget.FlopsOfSample(graph) * UnitCrew.ProbedBatches * Rounds * kinds));
        if (probed < Math.Min(batch, FewestSamples))
            return null;
        var dataset = Numbers(spec, sampleShape, targets, probed);
        var split = new DataSplit([.. Enumerable.Range(0, probed)], [0], []);
        var plain = spec with { Augment = [], BatchSize = probed, Parallel = new DataParallelSpec() };
        var parameters = checked((int)(graph.ParameterCount + graph.State.Sum(state => state.Shape.Size)));
        return new UnitProbe(Probe, ExchangeCost.Measure(parameters, surroundings.Time), SecondsToMove(spec, graph, processors, surroundings.Time));

        UnitCost Probe(int threads)
        {
            var unit = plain with { Parallel = new DataParallelSpec { Units = [new UnitSpec { Threads = threads }] } };
            return Enumerable.Range(0, Rounds).Select(_ => ProbeOnce(unit)).MinBy(cost => cost.Of(probed));
        }

        UnitCost ProbeOnce(TrainingSpec unit)
        {
            using var session = new DataSession(unit, dataset, split, seed: 0, trial: 0, processors: processors, surroundings: surroundings);
            session.PredictSeconds();
            return session.Sharing.Coordinator!.Costs[0];
        }
    }

    /// <summary>As probed alone; a throttled unit rests beside.</summary>
    public UnitCost CostOf(UnitSpec unit)
    {
        if (!byThreads.TryGetValue(unit.Threads, out var cost))
            byThreads[unit.Threads] = cost = probe(unit.Threads);
        return cost.Times(1 / unit.DutyCycle);
    }

    /// <summary>What a step takes beside what units do.</summary>
    public double SerialSeconds(int units) => exchange.Of(units) + moveSeconds;

    private static double SecondsToMove(TrainingSpec spec, Graph graph, IProcessorFactory processors, TimeProvider time)
    {
        using var processor = processors.Create(threads: 1);
        var step = processor.Compile(graph, spec.Loss, spec.Optimizer, batch: 1, samples: 1).Step;
        var seconds = double.MaxValue;
        for (var move = 1; move <= 3; move++)
        {
            var start = time.GetTimestamp();
            step.Move(move, rate: 0);
            seconds = Math.Min(seconds, time.GetElapsedTime(start).TotalSeconds);
        }

        return seconds;
    }

    /// <summary>Zeros are indices and numbers, and the first or second class is one that counts.</summary>
    private static Dataset Numbers(TrainingSpec spec, IReadOnlyList<int> sampleShape, int targets, int count)
    {
        var target = new float[checked(count * targets)];
        Array.Fill(target, spec.Loss is CrossEntropySpec { IgnoreIndex: 0 } ? 1 : 0);
        return new Dataset(sampleShape, new float[checked(count * sampleShape.Aggregate(1, (size, one) => checked(size * one)))], target, "", targets);
    }
}
