using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Costs;

/// <summary>
/// Points that are so sure to use more than a trial may that they are not proposed, by what ended trials used. Times are those of all epochs:
/// a trial that would be terminated if it got that far is worth nothing, even if most are stopped before.
/// </summary>
internal sealed class LimitMask
{
    /// <summary>How likely a point must keep the limits to be worth the risk, while no check says that the mask is wrong.</summary>
    private const double LeastProbability = 0.95;

    private readonly UnitSpace space;
    private readonly TrialLength length;
    private readonly IReadOnlyList<Bound> bounds;

    private readonly double leastLogProbability;

    private LimitMask(UnitSpace space, TrialLength length, IReadOnlyList<Bound> bounds, double leastProbability)
    {
        (this.space, this.length, this.bounds) = (space, length, bounds);
        leastLogProbability = Math.Log(leastProbability);
    }

    /// <summary>What the next proposal keeps to; null when there are no limits, too little is known, or it is to check the mask.</summary>
    public static LimitMask? Of(UnitSpace space, TunerState state) => MaskChecks.IsDue(state) ? null : Known(space, state);

    /// <summary>The same, whether or not the next proposal keeps to it.</summary>
    public static LimitMask? Known(UnitSpace space, TunerState state)
    {
        var limits = LimitsOf(state.Settings.Limits);
        if (limits.Count == 0)
            return null;
        var length = new TrialLength(state.Settings.Epochs);
        var trials = state.Trials.Where(trial => trial.Usage is not null).Select(trial => (Point: trial.PointIn(space.Inner), Usage: trial.Usage!)).ToList();
        var chance = MaskChecks.Chance(state, (point, usage) => IsWithin(limits, length, point, usage));
        var bounds = new List<Bound>();
        foreach (var (resource, limit) in limits)
        {
            var seen = trials.Where(trial => trial.Usage.Of(resource) is not null).Select(trial => (trial.Point, trial.Usage.Of(resource)!.Value)).ToList();
            if (UsageModel.Fit(space.Inner, seen) is { } model)
                bounds.Add(new Bound(model, Math.Log(limit), resource != MeasuredResource.Memory, model.Quantile(chance)));
        }

        return bounds.Count > 0 ? new LimitMask(space, length, bounds, LeastProbability * chance / MaskChecks.Doubt) : null;
    }

    /// <summary>Whether a point is not proposed.</summary>
    public bool Forbids(ReadOnlySpan<double> unit)
    {
        foreach (var bound in bounds)
        {
            if (bound.Model.IsOver(unit, LimitAt(bound, unit), bound.Quantile))
                return true;
        }

        return false;
    }

    public bool Forbids(Point point) => Forbids(space.Of(point));

    /// <summary>
    /// Whether a point is worth the risk to one who learns: it most likely keeps the limits. What gains most lies at a limit again and again,
    /// and half of what is tried there would be lost.
    /// </summary>
    public bool IsSafe(ReadOnlySpan<double> unit) => !Forbids(unit) && LogProbability(unit) >= leastLogProbability;

    /// <summary>The logarithm of how many times the limit a point is expected to take, of the limit that it exceeds most.</summary>
    public double Excess(ReadOnlySpan<double> unit)
    {
        var most = double.NegativeInfinity;
        foreach (var bound in bounds)
            most = Math.Max(most, bound.Model.PredictLogarithm(unit) - LimitAt(bound, unit));
        return most;
    }

    /// <summary>The logarithm of the probability that a point keeps all limits.</summary>
    public double LogProbability(ReadOnlySpan<double> unit)
    {
        var sum = 0.0;
        foreach (var bound in bounds)
            sum += Normal.LogMass(bound.Model.Room(unit, LimitAt(bound, unit)));
        return sum;
    }

    /// <summary>The same; its derivatives by the coordinates that are continuous are added to <paramref name="gradient"/>.</summary>
    public double LogProbability(ReadOnlySpan<double> unit, Span<double> gradient)
    {
        const double Step = 1e-4;
        const double Certain = -1e-9;
        var value = LogProbability(unit);
        if (value > Certain)
            return value;
        var moved = unit.ToArray();
        for (var i = 0; i < moved.Length; i++)
        {
            if (space.Levels[i] > 0 || double.IsNaN(unit[i]))
                continue;
            var step = unit[i] < 0.5 ? Step : -Step;
            moved[i] = unit[i] + step;
            gradient[i] += (LogProbability(moved) - value) / step;
            moved[i] = unit[i];
        }

        return value;
    }

    private double LimitAt(Bound bound, ReadOnlySpan<double> unit) =>
        bound.IsPerEpoch ? bound.LogLimit - Math.Log(length.Constant ?? length.Of(space.PointAt(unit))) : bound.LogLimit;

    private static List<(MeasuredResource Resource, double Limit)> LimitsOf(LimitsSpec? limits)
    {
        var known = new List<(MeasuredResource, double)>();
        if (limits?.Memory is { } memory)
            known.Add((MeasuredResource.Memory, memory.Bytes));
        if (limits?.CpuTime is { } cpu)
            known.Add((MeasuredResource.CpuTime, cpu.TotalSeconds));
        if (limits?.WallClock is { } wall)
            known.Add((MeasuredResource.WallClock, wall.TotalSeconds));
        return known;
    }

    private static bool IsWithin(List<(MeasuredResource Resource, double Limit)> limits, TrialLength length, Point point, TrialUsage usage) =>
        limits.TrueForAll(limit => !(usage.Of(limit.Resource) * (limit.Resource == MeasuredResource.Memory ? 1 : length.Of(point)) > limit.Limit));

    /// <param name="Model">What points take.</param>
    /// <param name="LogLimit">Logarithm of what a trial may use.</param>
    /// <param name="IsPerEpoch">Whether the model is of an epoch, and the limit of all.</param>
    /// <param name="Quantile">Of the model's errors, below 0.</param>
    private sealed record Bound(UsageModel Model, double LogLimit, bool IsPerEpoch, double Quantile);
}
