namespace DurableTrainer.Bench.Measuring;

/// <summary>Whether paired values differ to one side (Wilcoxon, Individual Comparisons by Ranking Methods, Biometrics Bulletin 1(6), 1945).</summary>
internal static class SignedRankTest
{
    /// <summary>Up to so many differences every assignment of signs is counted; above, their sum is as good as normal.</summary>
    public const int MostExact = 25;

    /// <summary>
    /// Two-sided: how likely ranks are divided between the signs as unevenly or more, if a difference is as likely positive as negative.
    /// Pairs that are equal are left out, equal differences share the mean of their ranks.
    /// </summary>
    public static double PValue(IEnumerable<(double First, double Second)> pairs)
    {
        double[] differences = [.. pairs.Where(pair => pair.First != pair.Second).Select(pair => pair.First - pair.Second)];
        if (differences.Length == 0)
            return 1;
        var doubled = DoubledRanks([.. differences.Select(Math.Abs)]);
        var positive = doubled.Where((_, i) => differences[i] > 0).Sum();
        return differences.Length <= MostExact ? Exact(doubled, positive) : Normal(doubled, positive);
    }

    /// <summary>Ranks from 1, times two, which makes those of ties whole.</summary>
    private static int[] DoubledRanks(double[] magnitudes) =>
        [.. magnitudes.Select(own => 2 * magnitudes.Count(other => other < own) + magnitudes.Count(other => other == own) + 1)];

    private static double Exact(int[] doubled, int positive)
    {
        // How many assignments of signs have which sum.
        var counts = new double[doubled.Sum() + 1];
        counts[0] = 1;
        foreach (var rank in doubled)
        {
            for (var sum = counts.Length - 1; sum >= rank; sum--)
                counts[sum] += counts[sum - rank];
        }

        var tail = Math.Min(counts.Take(positive + 1).Sum(), counts.Skip(positive).Sum());
        return Math.Min(1, 2 * tail / Math.Pow(2, doubled.Length));
    }

    private static double Normal(int[] doubled, int positive)
    {
        var deviation = Math.Sqrt(doubled.Sum(rank => (double)rank * rank)) / 2;
        // Half a rank for what is continuous in the approximation only.
        var distance = Math.Max(0, Math.Abs(positive - doubled.Sum() / 2.0) - 1);
        return ComplementaryError(distance / deviation / Math.Sqrt(2));
    }

    /// <summary>2/√π ∫ exp(−t²) from x on: the power series of its complement near 0, a continued fraction where that would cancel.</summary>
    private static double ComplementaryError(double x)
    {
        if (x > 2.5)
        {
            var fraction = x;
            for (var k = 60; k >= 1; k--)
                fraction = x + k / 2.0 / fraction;
            return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
        }

        var (sum, term) = (x, x);
        for (var k = 1; k < 60; k++)
        {
            term *= -x * x / k;
            sum += term / (2 * k + 1);
        }

        return 1 - 2 / Math.Sqrt(Math.PI) * sum;
    }
}
