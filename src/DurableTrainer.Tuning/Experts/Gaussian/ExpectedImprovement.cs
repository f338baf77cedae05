using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>
/// The expected improvement over the lowest mean where something was seen or is under way, times the probability that the point can be tried
/// (Gardner et al., Bayesian Optimization with Inequality Constraints, ICML 2014).
/// </summary>
/// <param name="history">What can be tried.</param>
/// <param name="belief">What is known.</param>
/// <param name="smallestGain">An improvement by less counts as none.</param>
internal sealed class ExpectedImprovement(SearchHistory history, Belief belief, double smallestGain) : Acquisition
{
    private readonly UnitSpace space = history.Space;
    private readonly LimitMask? mask = history.Mask;
    private readonly ObjectiveBelief objective = belief.Objectives[0];
    private readonly double best = belief.Objectives[0].Lowest - smallestGain;

    public override double At(ReadOnlySpan<double> unit)
    {
        if (!IsAllowed(unit))
            return double.NegativeInfinity;
        return Of(unit, objective.Predict(unit));
    }

    public override double[] At(IReadOnlyList<double[]> units)
    {
        var values = new double[units.Count];
        Array.Fill(values, double.NegativeInfinity);
        int[] places = [.. Enumerable.Range(0, units.Count).Where(i => IsAllowed(units[i]))];
        var predictions = objective.Predict([.. places.Select(i => units[i])]);
        for (var i = 0; i < places.Length; i++)
            values[places[i]] = Of(units[places[i]], predictions[i]);
        return values;
    }

    public override double At(ReadOnlySpan<double> unit, Span<double> gradient)
    {
        gradient.Clear();
        if (!IsAllowed(unit))
            return double.NegativeInfinity;
        Span<double> meanSlopes = new double[unit.Length], deviationSlopes = new double[unit.Length];
        var (mean, deviation) = objective.Predict(unit, meanSlopes, deviationSlopes);
        var (value, byMean, byDeviation) = LogExpectedImprovement.At(mean, deviation, best);
        value += belief.Feasibility?.LogProbability(unit, gradient) ?? 0;
        value += mask?.LogProbability(unit, gradient) ?? 0;
        for (var i = 0; i < unit.Length; i++)
            gradient[i] = space.IsChoice[i] || double.IsNaN(unit[i]) ? 0 : gradient[i] + byMean * meanSlopes[i] + byDeviation * deviationSlopes[i];
        return value;
    }

    private double Of(ReadOnlySpan<double> unit, (double Mean, double Deviation) prediction) =>
        LogExpectedImprovement.At(prediction.Mean, prediction.Deviation, best).Value
        + (belief.Feasibility?.LogProbability(unit) ?? 0) + (mask?.LogProbability(unit) ?? 0);

    private bool IsAllowed(ReadOnlySpan<double> unit) => space.Satisfies(unit) && mask?.IsSafe(unit) is not false;
}
