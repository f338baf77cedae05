using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Results;

/// <summary>Chooses the best of the trials that have ended.</summary>
internal static class BestChoice
{
    /// <summary>Noise below this share of the spread of what was seen rarely changes which trial is best, but a model's error might.</summary>
    private const double NoiseThatMatters = 0.2;

    /// <summary>Noise is as large nearby as far away; what a model cannot explain but is half as large nearby is no noise.</summary>
    private const double ShareNearby = 0.5;

    /// <summary>How many deviations count against a point of which little is known.</summary>
    private const double Doubt = 0.5;

    /// <summary>
    /// By what was seen; where that is noisy, by what a model believes there, since the best of many noisy values is mostly luck. With
    /// several objectives, the one of the Pareto front that is best in the first.
    /// </summary>
    /// <returns>Null while no trial has ended with a value.</returns>
    public static BestTrial? Of(SearchHistory history)
    {
        var objectives = history.Settings.Objectives;
        var best = -1;
        for (var i = 0; i < history.Observations.Count; i++)
        {
            // Learners may know a point by what it came to before the trial took over another's model, and failed with that.
            if (TrialOf(history, i).Status == TrialStatus.Failed || !ValuesOf(history, i).All(double.IsFinite))
                continue;
            if (best < 0 || Objectives.IsBetter(objectives, ValuesOf(history, i), ValuesOf(history, best)))
                best = i;
        }

        if (best < 0)
            return null;
        var believed = objectives.Count == 1 ? Believed(history) : null;
        return believed is { } other && other != best ? Trial(history, other, true) : Trial(history, best, false);
    }

    private static int? Believed(SearchHistory history)
    {
        // Values of trials that were stopped early, or went on with another's model, differ from their neighbours' not by noise.
        if (history.State.Trials.Any(trial => trial.Status == TrialStatus.Stopped || trial.Branches.Count > 0))
            return null;
        var nearby = ClosePairs.Deviation(history, new StandardLosses([.. history.Observations.Select(observation => observation.Losses[0])]).Targets);
        // No noise would be both large enough to matter and found nearby: fitting a model, which takes time, would change nothing.
        if (nearby < ShareNearby * NoiseThatMatters)
            return null;
        if (history.Belief?.Objectives[0] is not { } belief || belief.NoiseDeviation < NoiseThatMatters || nearby < ShareNearby * belief.NoiseDeviation)
            return null;
        return Enumerable.Range(0, belief.Means.Count)
            .MinBy(i => belief.Means[i] + Doubt * belief.Predict(history.Observations[i].Unit).Deviation);
    }

    private static IReadOnlyList<double> ValuesOf(SearchHistory history, int observation) => TrialOf(history, observation).Objectives!;

    private static TrialRecord TrialOf(SearchHistory history, int observation) => history.State.Trials[history.Observations[observation].Trial];

    private static BestTrial Trial(SearchHistory history, int observation, bool isBelieved) =>
        new(history.Observations[observation].Trial, ValuesOf(history, observation), isBelieved);
}
