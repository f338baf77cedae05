using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>
/// Steps in simulated time: nothing is computed, and the coordinator that decides for real decides here too. A step is over when its slowest
/// unit is; that units wait for each other within it adds nothing as long as each is ahead or behind all the way.
/// </summary>
/// <param name="names">Of the units.</param>
/// <param name="costs">What they take, as probed or made up.</param>
/// <param name="batch">Samples of a batch.</param>
/// <param name="serialSeconds">What a step takes beside: giving out parameters, adding up gradients, moving.</param>
internal sealed class StepSimulator(IReadOnlyList<string> names, IReadOnlyList<UnitCost> costs, int batch, double serialSeconds)
{
    /// <param name="steps">How many.</param>
    /// <param name="changes">Of speeds, in the order of their steps.</param>
    public IReadOnlyList<SimulatedStep> Run(int steps, params IReadOnlyList<SpeedChange> changes)
    {
        var coordinator = new Coordinator(names, costs, batch);
        var factors = new double[costs.Count];
        Array.Fill(factors, 1);
        var done = new List<SimulatedStep>();
        var now = 0.0;
        for (var step = 0; step < steps; step++)
        {
            foreach (var change in changes.Where(change => change.Step == step))
                factors[change.Unit] = change.Factor;
            var shards = coordinator.Shards;
            double[] worked = [.. costs.Select((cost, unit) => cost.Times(factors[unit]).Of(shards[unit]))];
            var end = now + worked.Max() + serialSeconds;
            done.Add(new SimulatedStep(now, end - now, shards, coordinator.Observe(shards, worked, steps - step - 1)));
            now = end;
        }

        return done;
    }
}
