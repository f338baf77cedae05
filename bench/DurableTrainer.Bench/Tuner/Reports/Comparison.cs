using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tuner.Reports;

internal enum Outcome
{
    Win,
    Tie,
    Loss,
}

/// <summary>One side's regrets on a task against another's, with the seeds that both have.</summary>
/// <param name="Outcome">By the medians.</param>
/// <param name="Ratio">Of the medians, none of them counted below what makes a tie; at most 1 for a tie.</param>
/// <param name="PValue">Of <see cref="SignedRankTest"/>.</param>
/// <param name="Seeds">How many both have.</param>
internal sealed record Comparison(Outcome Outcome, double Ratio, double PValue, int Seeds)
{
    /// <summary>Below this, a regret is as good as none anywhere.</summary>
    private const double Nothing = 1e-12;

    /// <param name="own">Of the side that wins or loses.</param>
    /// <param name="other">Of the other side.</param>
    /// <param name="tie">Medians that differ by less are equal.</param>
    /// <returns>Null where there is no seed that both have.</returns>
    public static Comparison? Of(Regrets? own, Regrets? other, double tie)
    {
        if (own is null || other is null)
            return null;
        var seeds = own.BySeed.Keys.Where(other.BySeed.ContainsKey).Order();
        (double Own, double Other)[] pairs = [.. seeds.Select(seed => (own.BySeed[seed], other.BySeed[seed]))];
        if (pairs.Length == 0)
            return null;
        var (a, b) = (Statistics.Median(pairs.Select(pair => pair.Own)), Statistics.Median(pairs.Select(pair => pair.Other)));
        var outcome = a == b || Math.Abs(a - b) < tie ? Outcome.Tie : a < b ? Outcome.Win : Outcome.Loss;
        var (least, isSame) = (Math.Max(tie, Nothing), a == b);
        var ratio = isSame ? 1 : Math.Max(a, least) / Math.Max(b, least);
        return new Comparison(outcome, outcome == Outcome.Tie ? Math.Min(1, ratio) : ratio, SignedRankTest.PValue(pairs), pairs.Length);
    }
}
