using static System.FormattableString;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>
/// A trial among others by what each had reached. With several objectives trials are ordered by their Pareto fronts: non-dominated rank
/// first, the loneliest of a rank first. Those with a value that is not finite come last.
/// </summary>
internal sealed class Comparison
{
    private readonly IReadOnlyList<ObjectiveSpec> objectives;
    private readonly IReadOnlyList<double> values;
    private readonly List<double[]> points;

    /// <param name="objectives">What is better than what.</param>
    /// <param name="values">The trial's values, in the order of the objectives; finite.</param>
    /// <param name="others">The values of the others.</param>
    public Comparison(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> values, IEnumerable<IReadOnlyList<double>> others)
    {
        (this.objectives, this.values) = (objectives, values);
        points = [.. others.Prepend(values).Select(other => LossOf(objectives, other))];
        Place = objectives.Count == 1 ? 1 + points.Count(other => other[0] < points[0][0]) : Crowding.Places(points)[0];
    }

    /// <summary>How many are compared, the trial itself among them.</summary>
    public int Count => points.Count;

    /// <summary>How many are better, plus one: equals share a place.</summary>
    public int Place { get; }

    /// <summary>In what way the trial is not among the best: the end of a sentence.</summary>
    /// <param name="places">How many the best are; fewer than <see cref="Place"/>.</param>
    /// <param name="share">The same in words, such as <c>third</c>.</param>
    public string Describe(int places, string share)
    {
        if (objectives.Count == 1)
        {
            var last = points.Skip(1).Select(other => other[0]).Order().ElementAt(places - 1);
            return Invariant($"{values[0]:0.####} is {Worse(objectives[0])} the best {share} of {Count}, {(objectives[0].Goal == Goal.Maximize ? -last : last):0.####}");
        }

        var better = points.Count(other => Dominance.Dominates(other, points[0]));
        var names = string.Join(" and ", objectives.Select(objective => objective.Metric));
        return $"place {Place} of {Count} by {names} together; " + better switch
        {
            0 => "none is better in all of them, but others differ more from each other",
            1 => "1 other trial is better in one of them and worse in none",
            _ => $"{better} other trials are better in one of them and worse in none",
        };
    }

    /// <summary>In what way the trial is among the best: the end of a sentence.</summary>
    /// <param name="places">How many the best are; no fewer than <see cref="Place"/>.</param>
    /// <param name="share">The same in words, such as <c>third</c>.</param>
    public string DescribeGood(int places, string share) =>
        Count == 1 ? "the first to come so far"
        : objectives.Count > 1 ? $"place {Place} of {Count} by {string.Join(" and ", objectives.Select(objective => objective.Metric))} together"
        : places == 1 ? Invariant($"{values[0]:0.####} is the best of {Count}")
        : Invariant($"{values[0]:0.####} is among the best {share} of {Count}");

    /// <summary>On which side of the good ones the others are.</summary>
    public static string Worse(ObjectiveSpec objective) => objective.Goal == Goal.Maximize ? "below" : "above";

    /// <summary>Values as numbers of which less is better; all infinite when one is not finite.</summary>
    public static double[] LossOf(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> trial)
    {
        if (trial.All(double.IsFinite))
            return Minimised.Of(objectives, trial);
        var worst = new double[objectives.Count];
        Array.Fill(worst, double.PositiveInfinity);
        return worst;
    }
}
