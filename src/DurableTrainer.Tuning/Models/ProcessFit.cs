namespace DurableTrainer.Tuning.Models;

/// <summary>
/// Finds the kernel parameters of the largest posterior density, from a start of short and one of long length scales, of which the better
/// one is pursued.
/// </summary>
internal static class ProcessFit
{
    private const int FirstSteps = 7;
    private const int FurtherSteps = 15;
    private const double FirstStep = 0.3;
    private const double SmallestStep = 0.01;
    private static readonly double[] StartLengths = [0.5, 2];

    public static double[] Fit(bool[] isChoice, IReadOnlyList<double[]> points, double[] targets)
    {
        var likelihood = new MarginalLikelihood(isChoice, points, targets);
        var (lower, upper) = KernelParameters.Bounds(isChoice.Length);
        var (best, highest) = (KernelParameters.Start(isChoice.Length, StartLengths[0]), double.NegativeInfinity);
        foreach (var length in StartLengths)
        {
            var parameters = KernelParameters.Start(isChoice.Length, length);
            var density = Ascent.Climb(likelihood.At, parameters, lower, upper, FirstStep, SmallestStep, FirstSteps);
            if (density > highest)
                (best, highest) = (parameters, density);
        }

        Ascent.Climb(likelihood.At, best, lower, upper, FirstStep, SmallestStep, FurtherSteps);
        return best;
    }
}
