using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// A Gaussian process of one objective. Its unit is the standard deviation of the warped losses that it has seen; less is better.
/// </summary>
internal sealed class ObjectiveBelief
{
    /// <summary>The mean logarithm of a normal density at what it describes: a model that says no more than that has learned nothing.</summary>
    private const double Ignorance = -1.4189385332046727;

    private readonly UnitSpace space;
    private readonly Evidence evidence;
    private readonly double[] parameters;
    private readonly GaussianProcess process;
    private readonly Expectation expectation;
    private readonly Lazy<double[]> means;

    private ObjectiveBelief(UnitSpace space, Evidence evidence, double[] parameters, GaussianProcess process, Expectation expectation)
    {
        (this.space, this.evidence, this.parameters) = (space, evidence, parameters);
        (this.process, this.expectation) = (process, expectation);
        means = new(() => [.. evidence.Units.Select(MeanAt)]);
        Lowest = evidence.Seen.Concat(evidence.Pending).Min(MeanAt);
    }

    /// <summary>What was seen.</summary>
    public StandardLosses Losses => evidence.Losses;

    /// <summary>What is believed where something was seen, by observation.</summary>
    public IReadOnlyList<double> Means => means.Value;

    /// <summary>The lowest where the process looks: at what was seen, and at what trials under way are imagined to reach.</summary>
    public double Lowest { get; }

    public double NoiseDeviation => process.NoiseDeviation;

    /// <summary>The mean logarithm of the density that each target had without having been seen.</summary>
    public required double HeldOut { get; init; }

    /// <summary>How far that lies above what it is for one that has learned nothing.</summary>
    public double Learned => HeldOut - Ignorance;

    /// <param name="history">Points and losses.</param>
    /// <param name="objective">Its place among the objectives.</param>
    /// <param name="seen">The observations that the process looks at.</param>
    /// <param name="fitted">Those of them that its kernel is fitted to.</param>
    /// <param name="kernels">Fits it, or knows it.</param>
    /// <returns>Null when the points are too alike to tell anything.</returns>
    public static ObjectiveBelief? Of(
        SearchHistory history, int objective, IReadOnlyList<int> seen, IReadOnlyList<int> fitted, KernelMemory kernels)
    {
        var losses = new StandardLosses([.. history.Observations.Select(observation => observation.Losses[objective])]);
        double[][] units = [.. history.Observations.Select(observation => observation.Unit)];
        var plain = Of(Expectation.None, "");
        // Only the first objective was ranked in earlier experiments.
        if (objective > 0 || history.Space.Transferred is not { } transferred || Expectation.From(transferred, units, losses.Targets) is not { } expectation)
            return plain;
        var informed = Of(expectation, "/transferred");
        // It may only help: without it, what was left out is to be predicted less well.
        return informed is null || plain?.HeldOut >= informed.HeldOut ? plain : informed;

        ObjectiveBelief? Of(Expectation expectation, string suffix) => ObjectiveBelief.Of(
            history, losses, units, expectation, seen, fitted, fit => kernels.Of($"objective/{objective}{suffix}", fit));
    }

    /// <summary>What would be believed if length scales were so many times as long; null where that cannot be.</summary>
    public ObjectiveBelief? With(double lengths)
    {
        var other = KernelParameters.WithLengths(parameters, lengths);
        return GaussianProcess.Of(space.IsChoice, evidence.Points, evidence.Values, other) is { } changed
            ? new ObjectiveBelief(space, evidence, other, changed, expectation) { HeldOut = HeldOut }
            : null;
    }

    private double MeanAt(double[] unit) => process.MeanAt(space.Impute(unit)) + expectation.At(unit);

    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> unit)
    {
        var (mean, deviation) = process.Predict(space.Impute(unit));
        return (mean + expectation.At(unit), deviation);
    }

    /// <summary>The same of many points, in less time than of one after the other.</summary>
    public (double Mean, double Deviation)[] Predict(IReadOnlyList<double[]> units)
    {
        var predictions = process.Predict([.. units.Select(unit => space.Impute(unit))]);
        for (var i = 0; i < predictions.Length; i++)
            predictions[i].Mean += expectation.At(units[i]);
        return predictions;
    }

    /// <summary>The same with derivatives by the coordinates.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> unit, Span<double> meanSlopes, Span<double> deviationSlopes)
    {
        var (mean, deviation) = process.Predict(space.Impute(unit), meanSlopes, deviationSlopes);
        return (mean + expectation.At(unit, meanSlopes), deviation);
    }

    private static ObjectiveBelief? Of(
        SearchHistory history, StandardLosses losses, double[][] units, Expectation expectation, IReadOnlyList<int> seen, IReadOnlyList<int> fitted,
        Func<Func<double[]?, double[]>, double[]> kernel)
    {
        var choice = history.Space.IsChoice;
        double[][] rows = [.. units.Select(unit => history.Space.Impute(unit))];
        double[] targets = [.. losses.Targets.Select((target, i) => target - expectation.At(units[i]))];
        var parameters = kernel(known => ProcessFit.Fit(choice, [.. fitted.Select(i => rows[i])], [.. fitted.Select(i => targets[i])], known));

        List<double[]> points = [.. seen.Select(i => rows[i])];
        List<double> values = [.. seen.Select(i => targets[i])];
        var process = GaussianProcess.Of(choice, points, values.ToArray(), parameters);
        if (process is null)
            return null;
        var heldOut = process.HeldOutLogDensity();
        if (history.Pending.Count > 0)
        {
            // Trials under way are imagined to end as believed, so that others look elsewhere.
            foreach (var row in history.Pending.Select(unit => history.Space.Impute(unit)))
            {
                points.Add(row);
                values.Add(process.MeanAt(row));
            }

            process = GaussianProcess.Of(choice, points, values.ToArray(), parameters) ?? process;
        }

        var evidence = new Evidence(losses, units, [.. seen.Select(i => units[i])], history.Pending, points, [.. values]);
        return new ObjectiveBelief(history.Space, evidence, parameters, process, expectation) { HeldOut = heldOut };
    }

    /// <summary>What a belief rests on.</summary>
    /// <param name="Losses">What was seen, by observation.</param>
    /// <param name="Units">Where, by observation.</param>
    /// <param name="Seen">Those of them that the process looks at.</param>
    /// <param name="Pending">Where trials are under way.</param>
    /// <param name="Points">What the process looks at, imputed, with the trials under way.</param>
    /// <param name="Values">What was seen there, or imagined, without what was expected.</param>
    private sealed record Evidence(
        StandardLosses Losses, double[][] Units, double[][] Seen, IReadOnlyList<double[]> Pending, IReadOnlyList<double[]> Points, double[] Values);
}
