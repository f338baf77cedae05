namespace DurableTrainer.Tuning.Models;

/// <summary>
/// Matérn's kernel with ν = 5/2 and a length scale per parameter (Rasmussen and Williams, Gaussian Processes for Machine Learning,
/// eq. 4.17). Parameters without an order differ by 1 or not at all.
/// </summary>
internal sealed class Kernel
{
    private static readonly double Root5 = Math.Sqrt(5);

    private readonly bool[] isChoice;
    private readonly double[] weights;

    /// <param name="isChoice">Which parameters have no order.</param>
    /// <param name="logLengths">Logarithms of the length scales.</param>
    public Kernel(bool[] isChoice, ReadOnlySpan<double> logLengths)
    {
        this.isChoice = isChoice;
        weights = new double[isChoice.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp(-2 * logLengths[i]);
    }

    /// <summary>One over the squared length scale of each parameter.</summary>
    public ReadOnlySpan<double> Weights => weights;

    public bool[] IsChoice => isChoice;

    public static double SquaredDifference(bool isChoice, double a, double b)
    {
        var difference = a - b;
        return isChoice ? Math.Abs(difference) > 1e-9 ? 1 : 0 : difference * difference;
    }

    public double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * SquaredDifference(isChoice[i], a[i], b[i]);
        return sum;
    }

    /// <summary>The correlation at a squared distance, and its derivative by the squared distance times -2.</summary>
    public static (double Value, double Slope) At(double squaredDistance)
    {
        var r = Root5 * Math.Sqrt(squaredDistance);
        var decay = Math.Exp(-r);
        var slope = (1 + r) * decay;
        return (slope + r * r / 3 * decay, 5.0 / 3 * slope);
    }
}
