using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Stopping;

/// <summary>The best value has not improved for a number of ended trials.</summary>
internal static class Plateau
{
    /// <param name="spec">How long is long enough.</param>
    /// <param name="objective">What is better than what.</param>
    /// <param name="values">The values of the trials in the order in which they ended; not a number where one failed.</param>
    /// <returns>Why the search has ended, or null.</returns>
    public static string? WhyEnded(ConvergenceSpec spec, ObjectiveSpec objective, IReadOnlyList<double> values)
    {
        if (values.Count < spec.MinTrials)
            return null;
        var (best, improvedAt) = (double.NaN, 0);
        for (var i = 0; i < values.Count; i++)
        {
            if (objective.IsBetter(values[i], best))
                (best, improvedAt) = (values[i], i + 1);
        }

        return values.Count - improvedAt >= spec.Patience
            ? $"plateau: the last {values.Count - improvedAt} trials did not improve the best value"
            : null;
    }
}
