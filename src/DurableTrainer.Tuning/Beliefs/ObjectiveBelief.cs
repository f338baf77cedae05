using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// A Gaussian process of one objective. Its unit is the standard deviation of the warped losses that it has seen; less is better.
/// </summary>
internal sealed class ObjectiveBelief
{
    private readonly UnitSpace space;
    private readonly GaussianProcess process;

    private ObjectiveBelief(UnitSpace space, GaussianProcess process, IReadOnlyList<double> targets, IReadOnlyList<double> means)
    {
        this.space = space;
        this.process = process;
        Targets = targets;
        Means = means;
        HeldOut = process.HeldOutLogDensity();
    }

    /// <summary>What was seen, by observation.</summary>
    public IReadOnlyList<double> Targets { get; }

    /// <summary>What is believed where something was seen, by observation.</summary>
    public IReadOnlyList<double> Means { get; }

    public double NoiseDeviation => process.NoiseDeviation;

    /// <summary>The mean logarithm of the density that each target had without having been seen.</summary>
    public double HeldOut { get; }

    /// <param name="history">Points and losses.</param>
    /// <param name="objective">Its place among the objectives.</param>
    /// <param name="seen">The observations that the process looks at.</param>
    /// <param name="fitted">Those of them that its kernel is fitted to.</param>
    public static ObjectiveBelief? Of(SearchHistory history, int objective, IReadOnlyList<int> seen, IReadOnlyList<int> fitted)
    {
        var losses = history.Observations.Select(observation => observation.Losses[objective]).ToArray();
        var targets = Standardised(losses);
        var rows = history.Observations.Select(observation => history.Space.Impute(observation.Unit)).ToArray();
        var choice = history.Space.IsChoice;
        var parameters = ProcessFit.Fit(choice, [.. fitted.Select(i => rows[i])], [.. fitted.Select(i => targets[i])]);

        List<double[]> points = [.. seen.Select(i => rows[i])];
        List<double> values = [.. seen.Select(i => targets[i])];
        var process = GaussianProcess.Of(choice, points, values.ToArray(), parameters);
        if (process is null)
            return null;
        if (history.Pending.Count > 0)
        {
            // Trials under way are imagined to end as believed, so that others look elsewhere.
            foreach (var row in history.Pending.Select(unit => history.Space.Impute(unit)))
            {
                points.Add(row);
                values.Add(process.Predict(row).Mean);
            }

            process = GaussianProcess.Of(choice, points, values.ToArray(), parameters) ?? process;
        }

        return new ObjectiveBelief(history.Space, process, targets, [.. rows.Select(row => process.Predict(row).Mean)]);
    }

    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> unit) => process.Predict(space.Impute(unit));

    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> unit, Span<double> meanSlopes, Span<double> deviationSlopes) =>
        process.Predict(space.Impute(unit), meanSlopes, deviationSlopes);

    private static double[] Standardised(double[] losses)
    {
        var warping = new Warping(losses);
        var warped = Array.ConvertAll(losses, loss => warping[loss]);
        var mean = warped.Average();
        var deviation = Math.Sqrt(warped.Average(value => (value - mean) * (value - mean)));
        return Array.ConvertAll(warped, value => deviation > 0 ? (value - mean) / deviation : 0);
    }
}
