using static System.FormattableString;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>
/// The median stopping rule (Golovin et al., Google Vizier, KDD 2017, section 3.2.1): a trial stops when the best that it has reached is
/// worse than the median of what others had on average up to the same epoch. With several objectives it stops when it is not in the better
/// half of those that got as far, by the values that they had there.
/// </summary>
internal sealed class MedianScheduler(MedianSpec spec) : Scheduler
{
    /// <summary>
    /// From minEpochs on, each twice as far as the one before: a stop comes at most as late again as it could have, and a trial of many
    /// epochs still has few slices, of which each costs a checkpoint and a place in the state.
    /// </summary>
    public override int NextRung(int bracket, int epoch, int maxEpochs)
    {
        long rung = spec.MinEpochs;
        while (rung <= epoch)
            rung *= 2;
        return (int)Math.Min(rung, maxEpochs);
    }

    public override Ruling? Rule(Standing standing)
    {
        if (standing.Epoch < spec.MinEpochs)
            return null;
        var others = standing.Others.Where(other => other.Epoch >= standing.Epoch && other.LastBy(standing.Epoch) is not null).ToList();
        if (others.Count < spec.MinTrials)
            return null;
        return standing.Objectives.Count == 1 ? AgainstMedian(standing, others) : InWhichHalf(standing, others);
    }

    private static Ruling AgainstMedian(Standing standing, List<Curve> others)
    {
        var objective = standing.Objectives[0];
        var sign = objective.Goal == Goal.Maximize ? -1 : 1;
        var best = sign * standing.Own.Reports.Select(report => sign * report.Values[0]).Where(double.IsFinite).Min();
        var median = sign * Median([.. others.Select(other => sign * other.MeanBy(standing.Epoch)!.Value)]);
        var those = Invariant($"the median of {others.Count} other{(others.Count == 1 ? "" : "s")}, {median:0.####}");
        return objective.IsBetter(median, best)
            ? new(true, Invariant($"stopped at epoch {standing.Epoch}: its best, {best:0.####}, is {Comparison.Worse(objective)} {those}"))
            : new(false, Invariant($"its best, {best:0.####}, is no worse than {those}"));
    }

    private static Ruling InWhichHalf(Standing standing, List<Curve> others)
    {
        var comparison = new Comparison(standing.Objectives, standing.Values, others.Select(other => other.LastBy(standing.Epoch)!));
        var places = (comparison.Count + 1) / 2;
        return comparison.Place > places
            ? new(true, $"stopped at epoch {standing.Epoch}: {comparison.Describe(places, "half")}")
            : new(false, comparison.DescribeGood(places, "half"));
    }

    /// <summary>Of losses; what is not finite is worse than all numbers.</summary>
    private static double Median(double[] losses)
    {
        double[] ordered = [.. losses.Select(loss => double.IsFinite(loss) ? loss : double.PositiveInfinity).Order()];
        var middle = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[middle] : ordered[middle - 1] + (ordered[middle] - ordered[middle - 1]) / 2;
    }
}
