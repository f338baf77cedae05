using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>
/// A Gaussian process of one parameter, small enough to be drawn and read: Matérn 5/2 of one given length, mean 0, deviation 1 and nearly
/// no noise (Rasmussen and Williams, 2006, eq. 2.25 and 2.26). The tuner's own has more parts and fits them all.
/// </summary>
internal sealed class ExampleBelief
{
    private const double Length = 0.2;
    private const double Noise = 1e-6;

    private readonly double[] points;
    private readonly double[] targets;
    private readonly Matrix<double> inverse;

    public ExampleBelief(double[] points, double[] targets)
    {
        (this.points, this.targets) = (points, targets);
        inverse = Matrix<double>.Build.Dense(points.Length, points.Length, (i, j) => Correlation(points[i] - points[j]) + (i == j ? Noise : 0)).Inverse();
    }

    public (double Mean, double Deviation) At(double point)
    {
        var correlations = Vector<double>.Build.Dense([.. points.Select(other => Correlation(point - other))]);
        var weights = inverse * correlations;
        return (weights * Vector<double>.Build.Dense(targets), Math.Sqrt(Math.Max(1e-9, 1 - weights * correlations)));
    }

    /// <summary>Below the best target: σ(φ(z) + zΦ(z)) with z how many deviations the mean lies below it (Jones, Schonlau and Welch 1998, eq. 15).</summary>
    public double ExpectedImprovement(double point)
    {
        var (mean, deviation) = At(point);
        var z = (targets.Min() - mean) / deviation;
        return deviation * (Normal.PDF(0, 1, z) + z * Normal.CDF(0, 1, z));
    }

    /// <summary>Linear from the best to the median, which become -1 and 0, and logarithmic above; then with mean 0 and deviation 1.</summary>
    public static double[] Warped(IReadOnlyList<double> losses)
    {
        double[] ordered = [.. losses.Order()];
        var median = ordered[ordered.Length / 2];
        double[] warped = [.. losses.Select(loss => Warp((loss - median) / (median - ordered[0])))];
        var mean = warped.Average();
        var deviation = Math.Sqrt(warped.Average(value => (value - mean) * (value - mean)));
        return [.. warped.Select(value => (value - mean) / deviation)];
    }

    public static double Warp(double scaled) => scaled > 0 ? Math.Log(1 + scaled) : scaled;

    private static double Correlation(double difference)
    {
        var r = Math.Sqrt(5) * Math.Abs(difference) / Length;
        return (1 + r + r * r / 3) * Math.Exp(-r);
    }
}
