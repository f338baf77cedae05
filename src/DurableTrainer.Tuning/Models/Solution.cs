namespace DurableTrainer.Tuning.Models;

/// <summary>What follows from targets once the correlations of their points are known.</summary>
/// <param name="Mean">By generalised least squares.</param>
/// <param name="Amplitude">Variance of the function around its mean.</param>
/// <param name="Coefficients">Weights of correlations in the posterior mean.</param>
internal sealed record Solution(double Mean, double Amplitude, double[] Coefficients)
{
    /// <summary>Targets seen in advance at the deviation that is expected.</summary>
    public const int ImaginedTargets = 2;

    /// <param name="whitening">The inverse of the Cholesky factor of the correlations.</param>
    /// <param name="targets">What was seen.</param>
    public static Solution Of(Triangle whitening, ReadOnlySpan<double> targets)
    {
        var count = whitening.Size;
        double[] ones = new double[count], whiteOnes = new double[count], white = new double[count], coefficients = new double[count];
        Array.Fill(ones, 1);
        whitening.Multiply(ones, whiteOnes);
        whitening.Multiply(targets, white);
        var mean = Vectors.Dot(whiteOnes, white) / Vectors.Dot(whiteOnes, whiteOnes);
        Vectors.AddScaled(white, whiteOnes, -mean);
        whitening.MultiplyTransposed(white, coefficients);
        return new Solution(mean, (Vectors.Dot(white, white) + ImaginedTargets) / (count + ImaginedTargets), coefficients);
    }
}
