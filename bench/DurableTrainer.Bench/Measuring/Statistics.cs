namespace DurableTrainer.Bench.Measuring;

internal static class Statistics
{
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("Nothing has no median.", nameof(values));
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which such a share of the values lies, linear between neighbours.</summary>
    /// <param name="values">They may be infinite.</param>
    /// <param name="share">In [0, 1]: 0.25 for the lower quartile.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("Nothing has no quantile.", nameof(values));
        var place = share * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        // Equal ones may be infinite, and would have no difference.
        return below == above ? below : below + (place - Math.Floor(place)) * (above - below);
    }

    /// <exception cref="ArgumentException">There are no values, or one is not above zero.</exception>
    public static double GeometricMean(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0 || values.Any(value => !(value > 0)))
            throw new ArgumentException("A geometric mean is of values above zero.", nameof(values));
        return Math.Exp(values.Average(Math.Log));
    }
}
