using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// What earlier experiments lead one to expect: a Gaussian process of the ranks of their trials. New targets are expected on a line through
/// it, and a process of their own learns what is left (as in stacked transfer: Golovin et al., Google Vizier, KDD 2017). The slope is
/// learned as well, so that expectations that turn out wrong fade to none.
/// </summary>
internal sealed class TransferredBelief
{
    private const int Limit = 128;

    /// <summary>Before anything new is known: half of what was expected, as if this many targets had shown it.</summary>
    private const double ExpectedSlope = 0.5;
    private const double ImaginedTargets = 3;

    private readonly UnitSpace space;
    private readonly GaussianProcess process;

    private TransferredBelief(UnitSpace space, GaussianProcess process)
    {
        this.space = space;
        this.process = process;
    }

    /// <summary>Null when there is nothing to expect anything from.</summary>
    public static TransferredBelief? Of(UnitSpace space, SearchSettings settings)
    {
        if (settings.Transferred.Count < 2)
            return null;
        var every = Math.Max(1, (double)settings.Transferred.Count / Limit);
        var chosen = Enumerable.Range(0, Math.Min(Limit, settings.Transferred.Count)).Select(i => settings.Transferred[(int)(i * every)]).ToList();
        double[][] rows = [.. chosen.Select(trial => space.Impute(space.Of(trial.PointIn(space.Inner))))];
        // A rank is even over [0, 1]; this has mean 0 and deviation 1, like the targets.
        double[] targets = [.. chosen.Select(trial => (trial.Rank - 0.5) * Math.Sqrt(12))];
        var parameters = ProcessFit.Fit(space.IsChoice, rows, targets);
        return GaussianProcess.Of(space.IsChoice, rows, targets, parameters) is { } process ? new TransferredBelief(space, process) : null;
    }

    public double Expect(ReadOnlySpan<double> unit) => process.Predict(space.Impute(unit)).Mean;

    /// <summary>The same; its derivatives by the coordinates, times <paramref name="slope"/>, are added to <paramref name="slopes"/>.</summary>
    public double Expect(ReadOnlySpan<double> unit, double slope, Span<double> slopes)
    {
        Span<double> own = new double[unit.Length], deviations = new double[unit.Length];
        var (mean, _) = process.Predict(space.Impute(unit), own, deviations);
        Vectors.AddScaled(slopes, own, slope);
        return mean;
    }

    /// <summary>How much of what was expected is seen in targets: by least squares with imagined targets, never below 0.</summary>
    public static double SlopeOf(IReadOnlyList<double> expected, IReadOnlyList<double> targets)
    {
        var mean = expected.Average();
        double together = ImaginedTargets * ExpectedSlope, alone = ImaginedTargets;
        for (var i = 0; i < expected.Count; i++)
        {
            together += (expected[i] - mean) * targets[i];
            alone += (expected[i] - mean) * (expected[i] - mean);
        }

        return Math.Max(0, together / alone);
    }
}
