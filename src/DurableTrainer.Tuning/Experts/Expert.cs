using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>A way to propose the next point.</summary>
internal abstract class Expert
{
    public abstract string Name { get; }

    /// <summary>A point that is allowed and new, or null when it finds none.</summary>
    public abstract double[]? Propose(SearchHistory history, KeyedRandom random);
}
