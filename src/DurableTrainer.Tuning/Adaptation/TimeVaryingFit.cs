using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// Finds the kernel of the largest posterior density, one setting after the other over a few values of each: gains are noisy and few, so
/// that more digits would be none.
/// </summary>
internal sealed class TimeVaryingFit
{
    private const int Rounds = 2;
    private static readonly double[] Lengths = [0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] Forgettings = [0, 0.02, 0.05, 0.1, 0.2, 0.4];
    private static readonly double[] Noises = [0.001, 0.01, 0.05, 0.2, 1];

    private readonly double[] targets;
    private readonly double[] squares;
    private readonly double[] times;
    private readonly double[] correlations;

    private TimeVaryingFit(bool[] isChoice, IReadOnlyList<Situation> situations, double[] targets)
    {
        this.targets = targets;
        var pairs = targets.Length * (targets.Length - 1) / 2;
        (squares, times, correlations) = (new double[pairs], new double[pairs], new double[pairs]);
        for (int i = 0, pair = 0; i < targets.Length; i++)
        {
            for (var j = 0; j < i; j++, pair++)
                (squares[pair], times[pair]) = (situations[i].SquareTo(situations[j], isChoice), Math.Abs(situations[i].Time - situations[j].Time));
        }
    }

    public static TimeVaryingKernel Of(bool[] isChoice, IReadOnlyList<Situation> situations, double[] targets)
    {
        var fit = new TimeVaryingFit(isChoice, situations, targets);
        var best = new TimeVaryingKernel(0.4, 0.05, 0.05);
        var highest = fit.LogDensity(best);
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            foreach (var other in Lengths)
                Try(best with { Length = other });
            foreach (var other in Forgettings)
                Try(best with { Forgetting = other });
            foreach (var other in Noises)
                Try(best with { Noise = other });
            if (best == before)
                break;
        }

        return best;

        void Try(TimeVaryingKernel kernel)
        {
            if (kernel != best && fit.LogDensity(kernel) is var density && density > highest)
                (best, highest) = (kernel, density);
        }
    }

    /// <summary>As in <see cref="MarginalLikelihood"/>, with priors that are wide: few gains must not seem to prove much.</summary>
    private double LogDensity(TimeVaryingKernel kernel)
    {
        correlations.AsSpan().Clear();
        Vectors.AddScaled(correlations, squares, kernel.Rates.Square);
        Vectors.AddScaled(correlations, times, kernel.Rates.Time);
        Vectors.Exponentiate(correlations);
        var matrix = new Triangle(targets.Length);
        for (int i = 0, pair = 0; i < targets.Length; pair += i, i++)
        {
            var row = matrix.Row(i);
            correlations.AsSpan(pair, i).CopyTo(row);
            row[i] = 1 + kernel.Noise;
        }

        if (!matrix.Factorize())
            return double.NegativeInfinity;
        var density = 0.0;
        for (var i = 0; i < targets.Length; i++)
            density -= Math.Log(matrix.Row(i)[i]);
        density -= 0.5 * (targets.Length + Solution.ImaginedTargets) * Math.Log(Solution.Of(matrix.Inverse(), targets).Amplitude);
        return density + LogPrior(kernel.Length, 0.5, 1) + LogPrior(kernel.Noise, 0.1, 2);
    }

    private static double LogPrior(double value, double middle, double deviation) => -0.5 * Math.Pow(Math.Log(value / middle) / deviation, 2);
}
