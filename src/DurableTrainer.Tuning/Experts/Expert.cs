using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>A way to choose the next point.</summary>
internal abstract class Expert(string name)
{
    public string Name => name;

    /// <summary>The random choices of its next proposal: the same whoever asks, so that who follows an expert searches as it would alone.</summary>
    public KeyedRandom RandomOf(SearchHistory history) => new(history.Settings.Seed, "agent/" + name, step: history.State.Trials.Count);

    /// <summary>What it would try next; null while it has nothing to go by.</summary>
    public abstract Opinion? Of(SearchHistory history, KeyedRandom random);
}

/// <summary>What an expert would try next, and what it thinks of other points.</summary>
/// <param name="find">Looks for a point that is open; null when there is none. Called only when the point is wanted.</param>
/// <param name="share">How near in its eyes another point comes to what it would try: 1 as good or better, 0 nothing that it would try.</param>
internal sealed class Opinion(Func<double[]?> find, Func<double[], double> share)
{
    private readonly Lazy<double[]?> unit = new(find);

    public double[]? Unit => unit.Value;

    public double Share(double[] other) => share(other);
}
