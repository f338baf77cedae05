using DurableTrainer.Core.Space;
using MathNet.Numerics.Distributions;

namespace DurableTrainer.Tuning.Costs;

/// <summary>What points take of one resource, learned from points that were tried, with bounds that are checked against these.</summary>
public sealed class UsageModel
{
    /// <summary>Fewer say too little.</summary>
    public const int Fewest = 4;

    /// <summary>How sure bounds are.</summary>
    public const double Confidence = 0.95;

    /// <summary>With fewer, no error is so rare that it tells where 95% end.</summary>
    private const int FewestForBounds = 19;

    /// <summary>More take longer to learn from, and say no more.</summary>
    private const int Most = 40;

    /// <summary>No measurement is repeated more exactly than this.</summary>
    private const double SmallestNoise = 0.02;

    private const int Rounds = 2;

    /// <summary>How far numbers that seem not to matter are held down.</summary>
    private const double LeastImportance = 0.03;

    /// <summary>What numbers matter is found out only where that makes the error so much less.</summary>
    private const double WorthIt = 0.9;

    private readonly UsageEncoding encoding;
    private readonly UsageFit fit;
    private readonly double[] residuals;

    /// <summary>The deviation of a normal distribution that says of nine in ten what Student's says: of few trials it is not known well.</summary>
    private readonly double wideDeviation;

    private UsageModel(UsageEncoding encoding, UsageFit fit)
    {
        (this.encoding, this.fit) = (encoding, fit);
        residuals = [.. fit.Residuals.Order()];
        Deviation = Math.Max(SmallestNoise, Math.Sqrt(residuals.Average(residual => residual * residual)));
        wideDeviation = Deviation * StudentT.InvCDF(0, 1, Freedom, 0.9) / Normal.InvCDF(0, 1, 0.9);
    }

    /// <summary>Points that it was learned from.</summary>
    public int Trials => residuals.Length;

    /// <summary>Whether bounds rest on errors that were seen. With fewer than 19 points they are those of a t distribution, and wider.</summary>
    public bool HasSeenBounds => Trials >= FewestForBounds;

    /// <summary>Deviation of the logarithm of what a point takes from what it was predicted from the others.</summary>
    internal double Deviation { get; }

    /// <summary>Degrees of freedom of the deviation: half of the errors, since the settings of the fit were chosen by them.</summary>
    private int Freedom => Math.Max(2, Trials / 2 - 1);

    /// <param name="space">Where the points lie.</param>
    /// <param name="seen">Points and what they took, above 0; the latest last.</param>
    /// <returns>Null when there are too few.</returns>
    /// <exception cref="ArgumentException">What a point took is not above 0, or not finite.</exception>
    public static UsageModel? Fit(SearchSpace space, IReadOnlyList<(Point Point, double Usage)> seen)
    {
        if (seen.FirstOrDefault(pair => !(pair.Usage > 0) || !double.IsFinite(pair.Usage)) is { Point: { } wrong })
            throw new ArgumentException($"What {wrong} took must be above 0 and finite.", nameof(seen));
        if (seen.Count < Fewest)
            return null;
        var encoding = new UsageEncoding(space);
        var taken = Taken(seen.Count).Select(i => seen[i]).ToList();
        double[][] rows = [.. taken.Select(pair => encoding.Of(pair.Point))];
        double[] usage = [.. taken.Select(pair => pair.Usage)];
        var best = UsageFit.Of(rows, usage, [.. Enumerable.Repeat(1.0, encoding.Count)]);
        // Adaptive ridge: what seems not to matter is held down, and what is left learned anew (Grandvalet, ICANN 1998).
        for (var round = 0; round < Rounds && ImportanceOf(encoding, best.Slopes()) is { } importance; round++)
        {
            var next = UsageFit.Of(rows, usage, importance);
            if (next.Error > WorthIt * best.Error)
                break;
            best = next;
        }

        return new UsageModel(encoding, best);
    }

    /// <summary>What a point takes: what is expected, and the bounds that hold with 95% confidence each.</summary>
    public UsagePrediction Predict(Point point)
    {
        var logarithm = fit.Predict(encoding.Of(point), out var scale);
        return new UsagePrediction(
            Math.Exp(logarithm), Math.Exp(logarithm + scale * Quantile(1 - Confidence)), Math.Exp(logarithm + scale * Quantile(Confidence)));
    }

    /// <summary>The logarithm of what a point is expected to take.</summary>
    internal double PredictLogarithm(Point point) => fit.Predict(encoding.Of(point));

    /// <summary>The same, of the coordinates of a point.</summary>
    internal double PredictLogarithm(ReadOnlySpan<double> unit) => fit.Predict(encoding.Of(unit));

    /// <summary>
    /// Where a share of the errors ends: the conformal quantile of the leave-one-out errors (Vovk, Gammerman and Shafer, Algorithmic Learning in
    /// a Random World, 2005; the jackknife of Barber et al., Annals of Statistics 49, 2021), and Student's where too few were seen for it.
    /// </summary>
    /// <param name="share">Small for a lower bound, near 1 for an upper one.</param>
    internal double Quantile(double share)
    {
        var tail = Math.Min(share, 1 - share);
        // A bound at the smallest of n errors holds with n/(n + 1).
        var place = (int)Math.Floor(tail * (Trials + 1) + 1e-9);
        var least = SmallestNoise * Normal.InvCDF(0, 1, share);
        if (place >= 1)
            return share < 0.5 ? Math.Min(least, residuals[place - 1]) : Math.Max(least, residuals[^place]);
        return Deviation * StudentT.InvCDF(0, 1, Freedom, share);
    }

    /// <summary>Whether even a bound below what the point takes lies above a limit.</summary>
    /// <param name="unit">The coordinates of the point.</param>
    /// <param name="logLimit">Logarithm of the limit.</param>
    /// <param name="quantile">Of the errors, below 0: how sure the bound is.</param>
    internal bool IsOver(ReadOnlySpan<double> unit, double logLimit, double quantile)
    {
        var row = encoding.Of(unit);
        // Nothing is surer than the noise: most points need no more than this.
        return fit.Predict(row) + quantile > logLimit && fit.Predict(row, out var scale) + scale * quantile > logLimit;
    }

    /// <summary>How many deviations what is expected lies below a limit, each as wide as makes nine tenths right.</summary>
    internal double Room(ReadOnlySpan<double> unit, double logLimit) =>
        (logLimit - fit.Predict(encoding.Of(unit), out var scale)) / (scale * wideDeviation);

    /// <summary>All, or the latest half of so many and the others evenly spread over the rest.</summary>
    private static IEnumerable<int> Taken(int count)
    {
        if (count <= Most)
            return Enumerable.Range(0, count);
        const int Late = Most / 2;
        return Enumerable.Range(0, Most - Late).Select(i => (int)((long)i * (count - Late) / (Most - Late))).Concat(Enumerable.Range(count - Late, Late));
    }

    /// <summary>By parameter, so that the values of a choice matter together; null when nothing does.</summary>
    private static double[]? ImportanceOf(UsageEncoding encoding, double[] slopes)
    {
        var largest = Enumerable.Range(0, slopes.Length).GroupBy(encoding.ParameterOf, j => Math.Abs(slopes[j]))
            .ToDictionary(parameter => parameter.Key, parameter => parameter.Max());
        var most = largest.Values.DefaultIfEmpty().Max();
        return most == 0 ? null
            : [.. Enumerable.Range(0, slopes.Length).Select(j => Math.Max(LeastImportance, largest[encoding.ParameterOf(j)] / most))];
    }
}

/// <param name="Expected">What is expected.</param>
/// <param name="Lower">What it is not below, with 95% confidence.</param>
/// <param name="Upper">What it is not above, with 95% confidence.</param>
public sealed record UsagePrediction(double Expected, double Lower, double Upper);
