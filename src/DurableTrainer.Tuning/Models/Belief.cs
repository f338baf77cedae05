using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Models;

/// <summary>What a Gaussian process believes of the objective, from all that was seen.</summary>
internal sealed class Belief
{
    private readonly GaussianProcess process;
    private readonly double best;

    private Belief(GaussianProcess process, double best)
    {
        this.process = process;
        this.best = best;
    }

    public GaussianProcess Process => process;

    public double Best => best;

    public static int Iterations = 20; public static double InitLen = 0.5;

    public static Belief? Of(SearchHistory history)
    {
        var n = history.Points.Count;
        if (n < 2)
            return null;
        var warping = new Warping([.. history.Losses.Select(loss => loss[0])]);
        var targets = history.Losses.Select(loss => warping[loss[0]]).ToArray();
        var mean = targets.Average();
        var deviation = Math.Sqrt(targets.Average(t => (t - mean) * (t - mean)));
        if (deviation < 1e-12) deviation = 1;
        for (var i = 0; i < n; i++)
            targets[i] = (targets[i] - mean) / deviation;
        var isChoice = history.Space.IsChoice;
        var points = history.Points.Select(point => Impute(isChoice, point)).ToArray();
        var likelihood = new MarginalLikelihood(isChoice, points, targets);
        var d = isChoice.Length;
        double[] lower = new double[d + 1], upper = new double[d + 1];
        Array.Fill(lower, HyperparameterPrior.MinLogLength); Array.Fill(upper, HyperparameterPrior.MaxLogLength);
        lower[d] = HyperparameterPrior.MinLogNoise; upper[d] = HyperparameterPrior.MaxLogNoise;
        double[]? bestAt = null; var bestValue = double.NegativeInfinity;
        foreach (var start in new[] { Math.Log(InitLen), Math.Log(InitLen * 4) })
        {
            var at = new double[d + 1];
            Array.Fill(at, start); at[d] = HyperparameterPrior.NoiseMean;
            var value = Ascent.Climb(likelihood.At, at, lower, upper, 0.3, Iterations, 1e-2);
            if (value > bestValue) (bestValue, bestAt) = (value, at);
        }
        if (bestAt is null) return null;
        if (Environment.GetEnvironmentVariable("DBG") == "1") Console.WriteLine($"   n {n} ml {bestValue:0.00} noise {bestAt[d]:0.0} len {string.Join(' ', bestAt.Take(d).Select(v => Math.Exp(v).ToString("0.00")))}");
        var process = GaussianProcess.Condition(isChoice, points, targets, bestAt);
        if (process is null) return null;
        // Pending trials at the model's own belief.
        if (history.Pending.Count > 0)
        {
            var pending = history.Pending.Select(point => Impute(isChoice, point)).ToArray();
            var imagined = pending.Select(point => process.Predict(point).Mean);
            points = [.. points, .. pending];
            targets = [.. targets, .. imagined];
            process = GaussianProcess.Condition(isChoice, points, targets, bestAt) ?? process;
        }
        var incumbent = points.Min(point => process.Predict(point).Mean);
        return new Belief(process, incumbent);
    }

    public static double[] Impute(bool[] isChoice, ReadOnlySpan<double> unit)
    {
        var point = unit.ToArray();
        for (var i = 0; i < point.Length; i++)
        {
            if (double.IsNaN(point[i]))
                point[i] = isChoice[i] ? -1 : 0.5;
        }

        return point;
    }

    public double Improvement(ReadOnlySpan<double> unit, Span<double> gradient)
    {
        var isChoice = process.Kernel.IsChoice;
        var point = Impute(isChoice, unit);
        if (gradient.IsEmpty)
        {
            var (m, s) = process.Predict(point);
            return LogExpectedImprovement.At(m, s, best).Value;
        }

        Span<double> meanSlope = new double[unit.Length], deviationSlope = new double[unit.Length];
        var (mean, deviation) = process.Predict(point, meanSlope, deviationSlope);
        var (value, byMean, byDeviation) = LogExpectedImprovement.At(mean, deviation, best);
        for (var i = 0; i < unit.Length; i++)
            gradient[i] = isChoice[i] || double.IsNaN(unit[i]) ? 0 : byMean * meanSlope[i] + byDeviation * deviationSlope[i];
        return value;
    }
}
