using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Stopping;

/// <summary>The best value has not improved for a number of ended trials; with several objectives, no trial has joined the front.</summary>
internal static class Plateau
{
    /// <param name="spec">How long is long enough.</param>
    /// <param name="objectives">What is better than what.</param>
    /// <param name="values">The values of the trials in the order in which they ended; null, or not numbers, where one failed.</param>
    /// <returns>Why the search has ended, or null.</returns>
    public static string? WhyEnded(ConvergenceSpec spec, IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<IReadOnlyList<double>?> values)
    {
        if (values.Count < spec.MinTrials)
            return null;
        var (front, improvedAt) = (new List<double[]>(), 0);
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } reached || !reached.All(double.IsFinite))
                continue;
            var point = Minimised.Of(objectives, reached);
            if (front.Exists(other => Dominance.Dominates(other, point) || other.AsSpan().SequenceEqual(point)))
                continue;
            front.RemoveAll(other => Dominance.Dominates(point, other));
            front.Add(point);
            improvedAt = i + 1;
        }

        return values.Count - improvedAt < spec.Patience ? null
            : objectives.Count == 1 ? $"plateau: the last {values.Count - improvedAt} trials did not improve the best value"
            : $"plateau: none of the last {values.Count - improvedAt} trials joined the front";
    }
}
