namespace DurableTrainer.Tuning.Models;

/// <summary>
/// What a Gaussian process learns about its kernel, as one vector: for each parameter of the space the logarithm of its length scale in the
/// joint part, then of its length scale in the additive part, then the log-odds of the additive part's share, then the logarithm of the
/// noise as a share of the amplitude. Lengths are in units of a parameter's whole range.
/// </summary>
/// <remarks>
/// Priors are normal, but for the noise: an objective is either exact or plainly noisy, and the long tail of Student's distribution lets few
/// observations say so. The joint lengths' mean grows with the root of the dimension (Hvarfner, Hellsten and Nardi, Vanilla Bayesian
/// Optimization Performs Great in High Dimensions, ICML 2024, eq. 8), so that complexity does not grow with the dimension alone; one
/// parameter by itself is expected to matter over half its range.
/// </remarks>
internal static class KernelParameters
{
    private const double NoiseMean = -11.5;
    private const double NoiseDeviation = 2.5;
    private const double NoiseFreedom = 2;
    private const double ShareMean = -1;
    private const double ShareDeviation = 1.5;
    private const double OwnLengthMean = -0.7;
    private const double OwnLengthDeviation = 1.5;
    private static readonly double JointLengthMean = Math.Sqrt(2);
    private static readonly double JointLengthDeviation = Math.Sqrt(3);

    public static int CountOf(int dimensions) => 2 * dimensions + 2;

    public static double JointWeight(ReadOnlySpan<double> parameters, int dimension) => Math.Exp(-2 * parameters[dimension]);

    public static double OwnWeight(ReadOnlySpan<double> parameters, int dimension) => Math.Exp(-2 * parameters[DimensionsOf(parameters) + dimension]);

    public static double ShareOf(ReadOnlySpan<double> parameters) => 1 / (1 + Math.Exp(-parameters[^2]));

    public static double NoiseOf(ReadOnlySpan<double> parameters) => Math.Exp(parameters[^1]);

    public static int DimensionsOf(ReadOnlySpan<double> parameters) => (parameters.Length - 2) / 2;

    /// <summary>The same with every length scale so many times as long.</summary>
    public static double[] WithLengths(ReadOnlySpan<double> parameters, double factor)
    {
        double[] changed = [.. parameters];
        for (var i = 0; i < 2 * DimensionsOf(parameters); i++)
            changed[i] += Math.Log(factor);
        return changed;
    }

    /// <summary>Where a fit begins that knows nothing: every length scale the same.</summary>
    public static double[] Start(int dimensions, double length)
    {
        var parameters = new double[CountOf(dimensions)];
        Array.Fill(parameters, Math.Log(length));
        parameters[^2] = ShareMean;
        parameters[^1] = NoiseMean;
        return parameters;
    }

    /// <summary>How far a fit may go.</summary>
    public static (double[] Lower, double[] Upper) Bounds(int dimensions)
    {
        double[] lower = new double[CountOf(dimensions)], upper = new double[lower.Length];
        Array.Fill(lower, Math.Log(0.01));
        Array.Fill(upper, Math.Log(150));
        (lower[^2], upper[^2]) = (-6, 6);
        (lower[^1], upper[^1]) = (-14, 1);
        return (lower, upper);
    }

    /// <summary>The logarithm of the prior density but for a constant; adds its gradient.</summary>
    public static double LogPrior(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var dimensions = DimensionsOf(parameters);
        var sum = 0.0;
        for (var i = 0; i < dimensions; i++)
        {
            sum += LogDensity(parameters[i], JointLengthMean + 0.5 * Math.Log(dimensions), JointLengthDeviation, ref gradient[i]);
            sum += LogDensity(parameters[dimensions + i], OwnLengthMean, OwnLengthDeviation, ref gradient[dimensions + i]);
        }

        sum += LogDensity(parameters[^2], ShareMean, ShareDeviation, ref gradient[^2]);
        var noise = (parameters[^1] - NoiseMean) / NoiseDeviation;
        gradient[^1] -= (NoiseFreedom + 1) * noise / (NoiseFreedom + noise * noise) / NoiseDeviation;
        return sum - 0.5 * (NoiseFreedom + 1) * Math.Log(1 + noise * noise / NoiseFreedom);
    }

    private static double LogDensity(double value, double mean, double deviation, ref double gradient)
    {
        var z = (value - mean) / deviation;
        gradient -= z / deviation;
        return -0.5 * z * z;
    }
}
