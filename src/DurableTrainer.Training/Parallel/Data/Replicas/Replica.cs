using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>The model as a unit has it: how it is told from those of others, and what of it is its own.</summary>
/// <param name="Id">By which it is known.</param>
/// <param name="Weight">How many times as much a sample of it counts in an update.</param>
/// <param name="Perturbation">What is done to the samples that it takes; null for nothing.</param>
internal sealed record Replica(string Id, double Weight, Perturbation? Perturbation)
{
    /// <summary>Those of the units, in their order.</summary>
    public static IReadOnlyList<Replica> Of(DataParallelSpec parallel) =>
        [.. parallel.Units.Zip(parallel.Ids, (unit, id) => new Replica(id, unit.Weight, Perturbation.Of(unit.Perturb)))];
}
