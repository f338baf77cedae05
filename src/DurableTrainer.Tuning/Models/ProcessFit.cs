namespace DurableTrainer.Tuning.Models;

/// <summary>
/// Finds the kernel parameters of the largest posterior density, from a start of short and one of long length scales, of which the better
/// one is pursued; or from where an earlier climb ended.
/// </summary>
internal static class ProcessFit
{
    private const int FirstSteps = 7;
    private const int FurtherSteps = 15;
    private const int StepsFromKnown = 6;
    private const double FirstStep = 0.3;
    private const double FirstStepFromKnown = 0.1;
    private const double SmallestStep = 0.01;
    private static readonly double[] StartLengths = [0.5, 2];

    /// <param name="isChoice">Which parameters have no order.</param>
    /// <param name="points">Rows of coordinates.</param>
    /// <param name="targets">What was seen there.</param>
    /// <param name="known">What was found for almost the same points; null for nothing.</param>
    public static double[] Fit(bool[] isChoice, IReadOnlyList<double[]> points, double[] targets, double[]? known = null)
    {
        var likelihood = new MarginalLikelihood(isChoice, points, targets);
        var (lower, upper) = KernelParameters.Bounds(isChoice.Length);
        if (known is not null)
        {
            double[] nearby = [.. known.Select((parameter, i) => Math.Clamp(parameter, lower[i], upper[i]))];
            Ascent.Climb(likelihood.At, nearby, lower, upper, FirstStepFromKnown, SmallestStep, StepsFromKnown);
            return nearby;
        }

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
