using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>
/// Steps in simulated time: nothing is computed, and the coordinator that decides for real decides here too. A step is over when its slowest
/// unit is, and what is done for all of them.
/// </summary>
/// <param name="names">Of the units.</param>
/// <param name="probed">What they take, as probed or made up: what the coordinator begins with.</param>
/// <param name="batch">Samples of a batch.</param>
internal sealed class StepSimulator(IReadOnlyList<string> names, IReadOnlyList<UnitCost> probed, int batch)
{
    /// <summary>Units that take what was probed, but for some changes.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="serialSeconds">What a step takes beside.</param>
    /// <param name="changes">Of speeds, in the order of their steps.</param>
    public IReadOnlyList<SimulatedStep> Run(int steps, double serialSeconds, params IReadOnlyList<SpeedChange> changes) =>
        Run(steps, step => new StepCosts(
            [.. probed.Select((cost, unit) => cost.Times(changes.LastOrDefault(change => change.Step <= step && change.Unit == unit, new SpeedChange(0, unit, 1)).Factor))],
            serialSeconds));

    /// <summary>Units that take in each step what is told.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="costsOf">What a step is made of, by the steps before it; asked for one after the other.</param>
    public IReadOnlyList<SimulatedStep> Run(int steps, Func<int, StepCosts> costsOf)
    {
        var coordinator = new Coordinator(names, probed, batch);
        var done = new List<SimulatedStep>();
        var now = 0.0;
        for (var step = 0; step < steps; step++)
        {
            var shards = coordinator.Shards;
            var (units, serialSeconds) = costsOf(step);
            double[] worked = [.. units.Select((cost, unit) => cost.Of(shards[unit]))];
            var seconds = worked.Max() + serialSeconds;
            done.Add(new SimulatedStep(now, seconds, shards, coordinator.Observe(shards, worked, steps - step - 1)));
            now += seconds;
        }

        return done;
    }
}
