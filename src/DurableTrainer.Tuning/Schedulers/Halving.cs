namespace DurableTrainer.Tuning.Schedulers;

/// <summary>
/// Asynchronous successive halving, the variant that stops (Li et al., A System for Massively Parallel Hyperparameter Tuning,
/// MLSys 2020): rungs at first · reductionᵏ; a trial goes on while it is among the best 1/reduction of those that reached its rung.
/// Trials that report at other epochs are compared at the highest rung that they have passed, each by its first report from there on and
/// before the next rung, as Ray Tune does.
/// </summary>
internal sealed class Halving(int first, int reduction)
{
    /// <summary>The first rung after <paramref name="epoch"/>; at most <paramref name="maxEpochs"/>.</summary>
    public int NextRung(int epoch, int maxEpochs) => (int)Math.Min(RungAfter(epoch), maxEpochs);

    /// <summary>Whether a trial is worth going on; null when it has come to no rung, or when its rung has decided before.</summary>
    /// <param name="standing">The trial, and all others.</param>
    /// <param name="isComparable">Whether another trial has the same rungs.</param>
    /// <param name="where">What the sentence says of the place, after the epoch.</param>
    public Ruling? Rule(Standing standing, Func<Curve, bool> isComparable, string where = "")
    {
        var next = RungAfter(standing.Epoch);
        var rung = next / reduction;
        if (rung < first || standing.Own.Reports.SkipLast(1).Any(report => report.Epoch >= rung))
            return null;
        var others = standing.Others
            .Select(other => (Curve: other, Values: other.FirstIn(rung, next)))
            .Where(other => other.Values is not null && isComparable(other.Curve))
            .Select(other => other.Values!);
        var comparison = new Comparison(standing.Objectives, standing.Values, others);
        var places = Math.Max(1, comparison.Count / reduction);
        if (comparison.Place <= places)
            return new Ruling(false, comparison.DescribeGood(places, Share) + where);
        var past = standing.Epoch == rung ? "" : $", past the rung at {rung}";
        return new Ruling(true, $"stopped at epoch {standing.Epoch}{past}{where}: {comparison.Describe(places, Share)}");
    }

    private string Share => reduction switch
    {
        2 => "half",
        3 => "third",
        4 => "quarter",
        var n => $"1/{n}",
    };

    private long RungAfter(int epoch)
    {
        long rung = first;
        while (rung <= epoch)
            rung *= reduction;
        return rung;
    }
}
