using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// A Gaussian process over situations. Those whose gain is not known yet take nothing from its mean but narrow its deviation, which does not
/// depend on values (Desautels, Krause and Burdick, JMLR 15, 2014): so trials that go on at the same time spread.
/// </summary>
internal sealed class TimeVaryingProcess
{
    private const double SmallestShare = 1e-12;

    private readonly bool[] isChoice;
    private readonly TimeVaryingKernel kernel;
    private readonly IReadOnlyList<Situation> situations;
    private readonly Triangle whitening;
    private readonly double[] whiteTargets;
    private readonly double mean;
    private readonly double amplitude;

    private TimeVaryingProcess(bool[] isChoice, TimeVaryingKernel kernel, IReadOnlyList<Situation> situations, Triangle whitening, double[] targets)
    {
        (this.isChoice, this.kernel, this.situations, this.whitening) = (isChoice, kernel, situations, whitening);
        // The inverse of a lower triangle begins with the inverse of its beginning: known gains come first, so they need no matrix of their own.
        double[] padded = new double[situations.Count], ones = new double[situations.Count];
        (whiteTargets, var whiteOnes) = (new double[situations.Count], new double[situations.Count]);
        targets.CopyTo(padded, 0);
        ones.AsSpan(0, targets.Length).Fill(1);
        whitening.Multiply(padded, whiteTargets);
        whitening.Multiply(ones, whiteOnes);
        Array.Resize(ref whiteTargets, targets.Length);
        Array.Resize(ref whiteOnes, targets.Length);
        mean = Vectors.Dot(whiteOnes, whiteTargets) / Vectors.Dot(whiteOnes, whiteOnes);
        Vectors.AddScaled(whiteTargets, whiteOnes, -mean);
        amplitude = (Vectors.Dot(whiteTargets, whiteTargets) + Solution.ImaginedTargets) / (targets.Length + Solution.ImaginedTargets);
    }

    /// <param name="isChoice">Which values have no order.</param>
    /// <param name="kernel">What was fitted.</param>
    /// <param name="situations">Those with a known gain first.</param>
    /// <param name="targets">The known gains.</param>
    /// <returns>Null when situations are too alike for the noise that is assumed.</returns>
    public static TimeVaryingProcess? Of(bool[] isChoice, TimeVaryingKernel kernel, IReadOnlyList<Situation> situations, double[] targets)
    {
        var matrix = new Triangle(situations.Count);
        for (var i = 0; i < situations.Count; i++)
        {
            var row = matrix.Row(i);
            Compare(isChoice, kernel, situations, situations[i], row[..i]);
            row[i] = 1 + kernel.Noise;
        }

        return matrix.Factorize() ? new(isChoice, kernel, situations, matrix.Inverse(), targets) : null;
    }

    /// <summary>Mean and standard deviation of what is gained in a situation.</summary>
    public (double Mean, double Deviation) Predict(Situation situation)
    {
        double[] correlations = new double[situations.Count], white = new double[situations.Count];
        Compare(isChoice, kernel, situations, situation, correlations);
        whitening.Multiply(correlations, white);
        var left = Math.Max(SmallestShare, 1 - Vectors.Dot(white, white));
        return (mean + Vectors.Dot(whiteTargets, white), Math.Sqrt(amplitude * left));
    }

    /// <summary>Correlations of a situation with the first of all, as many as there is room for.</summary>
    private static void Compare(bool[] isChoice, TimeVaryingKernel kernel, IReadOnlyList<Situation> situations, Situation situation, Span<double> correlations)
    {
        var (square, time) = kernel.Rates;
        for (var i = 0; i < correlations.Length; i++)
            correlations[i] = square * situation.SquareTo(situations[i], isChoice) + time * Math.Abs(situation.Time - situations[i].Time);
        Vectors.Exponentiate(correlations);
    }
}
