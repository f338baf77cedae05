namespace DurableTrainer.Tuning.Models;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    public static double Mass(double z) => 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-z / Math.Sqrt(2));

    /// <summary>Mills's ratio, Φ(−z)/φ(z), for z ≥ 1, by Laplace's continued fraction.</summary>
    public static double Mills(double z)
    {
        var depth = z > 10 ? 12 : z > 4 ? 30 : 120;
        var fraction = z;
        for (var k = depth; k >= 1; k--)
            fraction = z + k / fraction;
        return 1 / fraction;
    }
}
