namespace DurableTrainer.Tuning.Models;

/// <summary>
/// The logarithm of the expected improvement, without the underflow that leaves a climb without a slope (Ament et al., Unexpected
/// Improvements to Expected Improvement for Bayesian Optimization, NeurIPS 2023).
/// </summary>
internal static class LogExpectedImprovement
{
    /// <summary>Beyond this, 1 − z·M(z) is 1/z² to double precision.</summary>
    private const double FarOut = 1e4;

    /// <summary>Of a loss that is normal, below the best so far; with its derivatives by mean and deviation.</summary>
    public static (double Value, double ByMean, double ByDeviation) At(double mean, double deviation, double best)
    {
        // EI = σ h(z) with h = φ + z Φ; dEI = φ dσ − Φ dμ.
        var z = (best - mean) / deviation;
        var (logScale, height, mass) = z > -1
            ? (Math.Log(deviation), Math.Exp(Normal.LogDensity(z)), Normal.Mass(z))
            : (Math.Log(deviation) + Normal.LogDensity(z), 1, Normal.Mills(-z));
        var h = z > -FarOut ? height + z * mass : 1 / (z * z);
        return (logScale + Math.Log(h), -mass / (deviation * h), height / (deviation * h));
    }
}
