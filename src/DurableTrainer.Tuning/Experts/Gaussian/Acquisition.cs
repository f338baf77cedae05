using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>How much a Gaussian process makes one want to try a point, as a logarithm.</summary>
internal abstract class Acquisition
{
    /// <summary>Negative infinity where constraints are broken.</summary>
    public abstract double At(ReadOnlySpan<double> unit);

    /// <summary>With its derivatives by the coordinates of ordered parameters that are active; those of others are 0.</summary>
    public abstract double At(ReadOnlySpan<double> unit, Span<double> gradient);

    public static Acquisition? Of(SearchHistory history) =>
        history.Belief is not { } belief ? null
        : belief.Objectives.Count == 1 ? new ExpectedImprovement(history.Space, belief)
        : new HypervolumeImprovement(history, belief);
}
