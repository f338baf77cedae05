using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>A way to choose the next point.</summary>
internal abstract class Expert(string name)
{
    public string Name => name;

    /// <summary>What it would try next; null while it has nothing to go by, or when it finds nothing new.</summary>
    public abstract Opinion? Of(SearchHistory history, KeyedRandom random);
}

/// <summary>What an expert would try next, and what it thinks of other points.</summary>
/// <param name="Unit">A point that is open.</param>
/// <param name="Share">How near in its eyes another point comes to this one: 1 as good or better, 0 nothing that it would try.</param>
internal sealed record Opinion(double[] Unit, Func<double[], double> Share);
