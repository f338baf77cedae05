using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>How much a Gaussian process makes one want to try a point, as a logarithm.</summary>
internal abstract class Acquisition
{
    /// <summary>Negative infinity where constraints are broken, and where a point is too dear.</summary>
    public abstract double At(ReadOnlySpan<double> unit);

    /// <summary>Of many points, perhaps in less time than of one after the other.</summary>
    public virtual double[] At(IReadOnlyList<double[]> units) => [.. units.Select(unit => At(unit))];

    /// <summary>With its derivatives by the coordinates of ordered parameters that are active; those of others are 0.</summary>
    public abstract double At(ReadOnlySpan<double> unit, Span<double> gradient);

    /// <param name="history">What is known.</param>
    /// <param name="lengths">What the length scales of its models are multiplied by.</param>
    /// <returns>Null while there is no model.</returns>
    public static Acquisition? Of(SearchHistory history, double lengths = 1) =>
        history.Belief?.With(lengths) is not { } belief ? null
        : belief.Objectives.Count == 1 ? new ExpectedImprovement(history, belief, SmallestGain.Of(history))
        : new HypervolumeImprovement(history, belief);
}
