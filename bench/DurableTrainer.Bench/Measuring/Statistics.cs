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

    /// <exception cref="ArgumentException">There are no values, or one is not above zero.</exception>
    public static double GeometricMean(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0 || values.Any(value => !(value > 0)))
            throw new ArgumentException("A geometric mean is of values above zero.", nameof(values));
        return Math.Exp(values.Average(Math.Log));
    }
}
