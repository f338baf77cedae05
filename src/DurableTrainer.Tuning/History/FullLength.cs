using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.History;

/// <summary>
/// Values as of full training, so that trials which were stopped early can be compared with those that were not: what a trial had when
/// it was stopped, and the median of what completed trials gained after the same rung. Each objective by itself.
/// </summary>
internal sealed class FullLength
{
    /// <summary>The median of fewer gains than so many says little; values are then taken as they are.</summary>
    private const int LeastGains = 3;

    private readonly IReadOnlyList<ObjectiveSpec> objectives;

    /// <summary>The least loss of a completed trial; infinite while there is none.</summary>
    private readonly double[] best;

    /// <summary>What completed trials gained after a rung, less is better; null where too few are known.</summary>
    private readonly Dictionary<int, double?[]> gains;

    /// <param name="objectives">What is better than what.</param>
    /// <param name="trials">All that there are.</param>
    public FullLength(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<TrialRecord> trials)
    {
        this.objectives = objectives;
        var completed = trials
            .Where(trial => trial is { Status: TrialStatus.Completed, Objectives: not null })
            .Select(trial => (Trial: trial, Losses: Minimised.Of(objectives, trial.Objectives!)))
            .ToList();
        best = [.. objectives.Select((_, i) => completed.Select(pair => pair.Losses[i]).Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min())];
        gains = completed
            .SelectMany(pair => pair.Trial.Rungs
                .Take(pair.Trial.Rungs.Count - (EndedAtLastRung(pair.Trial) ? 1 : 0))
                .Select(rung => (rung.Epoch, Gains: Differences(pair.Losses, Minimised.Of(objectives, rung.Values)))))
            .GroupBy(passed => passed.Epoch, passed => passed.Gains)
            .ToDictionary(rung => rung.Key, rung => objectives.Select((_, i) => Median([.. rung.Select(gained => gained[i]).Where(double.IsFinite)])).ToArray());
    }

    /// <summary>
    /// The objectives of a trial that has ended, less is better: as they are, or of one that was stopped as they would have become, but no
    /// better by that than the best completed trial.
    /// </summary>
    public double[] LossesOf(TrialRecord trial)
    {
        var losses = Minimised.Of(objectives, trial.Objectives!);
        return trial.Status == TrialStatus.Stopped && EndedAtLastRung(trial) && gains.TryGetValue(trial.Rungs[^1].Epoch, out var gained)
            ? [.. losses.Zip(gained, best).Select(one => Reached(one.First, one.Second, one.Third))]
            : losses;
    }

    /// <summary>Who trains elsewhere may train on and tell other values, whatever was decided at the last rung.</summary>
    private static bool EndedAtLastRung(TrialRecord trial) => trial.Rungs is [.., var last] && last.Values.SequenceEqual(trial.Objectives!);

    private static double Reached(double loss, double? gain, double best) =>
        gain is { } gained && double.IsFinite(loss) && double.IsFinite(loss + gained) ? Math.Max(loss + gained, Math.Min(loss, best)) : loss;

    private static double[] Differences(double[] losses, double[] before) => [.. losses.Zip(before, (loss, earlier) => loss - earlier)];

    private static double? Median(double[] values)
    {
        if (values.Length < LeastGains)
            return null;
        Array.Sort(values);
        return values[(values.Length - 1) / 2] / 2 + values[values.Length / 2] / 2;
    }
}
