using static System.FormattableString;

namespace DurableTrainer.Core.Spec;

/// <summary>What several objectives mean together, where only one answer can be given. One objective alone means the same as ever.</summary>
public static class Objectives
{
    /// <summary>
    /// Whether <paramref name="a"/> is better by the first objective in which they differ. What is best so is dominated by nothing.
    /// </summary>
    /// <param name="objectives">What is better than what.</param>
    /// <param name="a">Values in the order of the objectives.</param>
    /// <param name="b">Values in the order of the objectives.</param>
    public static bool IsBetter(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        for (var i = 0; i < objectives.Count; i++)
        {
            if (objectives[i].IsBetter(a[i], b[i]))
                return true;
            if (objectives[i].IsBetter(b[i], a[i]))
                return false;
        }

        return false;
    }

    /// <summary>Whether every objective that has a target reaches it, and at least one has a target.</summary>
    public static bool AreReached(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> values) =>
        objectives.Any(objective => objective.Target is not null)
        && objectives.Zip(values).All(pair => pair.First.Target is null || pair.First.Reaches(pair.Second));

    /// <summary>That all targets are reached and by what, as users are told; null when they are not. Objectives without one have no say.</summary>
    public static string? TargetMet(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> values)
    {
        if (!AreReached(objectives, values))
            return null;
        var aims = objectives.Zip(values).Where(pair => pair.First.Target is not null);
        return $"target met: {string.Join(", ", aims.Select(pair => Invariant($"{pair.First.Metric} reached {pair.Second:0.####}")))}";
    }

    /// <summary>The values of the objectives in their order; not a number where a metric is missing.</summary>
    public static double[] ValuesIn(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyDictionary<string, double> metrics) =>
        [.. objectives.Select(objective => metrics.GetValueOrDefault(objective.Metric, double.NaN))];

    /// <summary>
    /// The values that are finite numbers by metric, as they are told where there are several; null for one objective, whose value is
    /// told by itself.
    /// </summary>
    public static IReadOnlyDictionary<string, double>? ByMetric(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> values) =>
        objectives.Count < 2 ? null : objectives.Zip(values).Where(pair => double.IsFinite(pair.Second)).ToDictionary(pair => pair.First.Metric, pair => pair.Second);
}
