using MathNet.Numerics;

namespace DurableTrainer.Tuning.Models;

/// <summary>The standard normal distribution, also far out in its tails.</summary>
internal static class Normal
{
    private static readonly double LogRoot2Pi = 0.5 * Math.Log(2 * Math.PI);

    public static double LogDensity(double z) => -0.5 * z * z - LogRoot2Pi;

    /// <summary>Φ(z), the probability of a value below.</summary>
    public static double Mass(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    public static double LogMass(double z) => z > -1 ? Math.Log(Mass(z)) : LogDensity(z) + Math.Log(Mills(-z));

    /// <summary>φ(z)/Φ(z), the slope of <see cref="LogMass"/>.</summary>
    public static double Hazard(double z) => z > -1 ? Math.Exp(LogDensity(z)) / Mass(z) : 1 / Mills(-z);

    /// <summary>Mills's ratio Φ(−z)/φ(z) for z of at least 1; far out, where both vanish, by Laplace's continued fraction.</summary>
    public static double Mills(double z)
    {
        if (z <= 4)
            return Mass(-z) / Math.Exp(LogDensity(z));
        var fraction = z;
        for (var k = z > 10 ? 12 : 30; k >= 1; k--)
            fraction = z + k / fraction;
        return 1 / fraction;
    }
}
