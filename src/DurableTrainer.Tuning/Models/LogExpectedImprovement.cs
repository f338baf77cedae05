namespace DurableTrainer.Tuning.Models;

/// <summary>
/// The logarithm of the expected improvement, without the underflow that leaves an optimiser without a slope (Ament et al., Unexpected
/// Improvements to Expected Improvement, NeurIPS 2023).
/// </summary>
internal static class LogExpectedImprovement
{
    private static readonly double LogRoot2Pi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>With a loss that is to fall below <paramref name="best"/>; and its derivatives by mean and deviation.</summary>
    public static (double Value, double ByMean, double ByDeviation) At(double mean, double deviation, double best)
    {
        var z = (best - mean) / deviation;
        var logDensity = -0.5 * z * z - LogRoot2Pi;
        double log, densityShare, massShare;
        if (z > -1)
        {
            var density = Math.Exp(logDensity);
            var mass = Normal.Mass(z);
            var h = density + z * mass;
            (log, densityShare, massShare) = (Math.Log(h), density / h, mass / h);
        }
        else
        {
            // h = φ (1 + z M) where M is Mills's ratio Φ/φ.
            var mills = Normal.Mills(-z);
            var rest = z > -1e3 ? 1 + z * mills : 1 / (z * z);
            if (!(rest > 0)) rest = 1 / (z * z);
            (log, densityShare, massShare) = (logDensity + Math.Log(rest), 1 / rest, mills / rest);
        }

        return (Math.Log(deviation) + log, -massShare / deviation, densityShare / deviation);
    }
}
