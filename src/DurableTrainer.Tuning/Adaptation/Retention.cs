using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// Which milestones are kept: at each epoch those of the best four trials that reached it, since only such are taken over, and those that
/// a running trial has taken over and not yet reported from. What is released never comes back.
/// </summary>
internal static class Retention
{
    /// <summary>Milestones of an epoch that wait for somebody to take them over.</summary>
    public const int Most = 4;

    /// <summary>Looks anew at the epochs where something has changed.</summary>
    /// <param name="state">The state with what was reported and decided.</param>
    /// <param name="reached">The milestone that was reached; null when none was.</param>
    /// <param name="gaveBack">What the trial had taken over before, from which it has now reported or will no more; null when nothing.</param>
    /// <returns>The state with what is kept, and what is not any more.</returns>
    public static (TunerState State, IReadOnlyList<Milestone> Released) Settle(TunerState state, Milestone? reached, Milestone? gaveBack)
    {
        int[] changed = [.. new[] { reached, gaveBack }.OfType<Milestone>().Select(milestone => milestone.Epoch).Distinct()];
        if (changed.Length == 0)
            return (state, []);
        List<Milestone> candidates = [.. state.Milestones, .. new[] { reached }.OfType<Milestone>()];
        var kept = state.Trials
            .Where(trial => trial.Status == TrialStatus.Running)
            .Select(trial => trial.LastDecision?.Adjustment?.From)
            .OfType<Milestone>()
            .Concat(changed.SelectMany(epoch => Best(Population.At(state.Settings.Objectives, state.Trials, epoch), state, candidates, epoch).Take(Most)))
            .ToHashSet();
        var released = candidates.Where(milestone => changed.Contains(milestone.Epoch) && !kept.Contains(milestone)).ToArray();
        return (state with { Milestones = [.. candidates.Except(released)] }, released);
    }

    /// <summary>The milestones of an epoch that are among the best places there, the best first, of equals who came first.</summary>
    public static IEnumerable<Milestone> Best(
        Population population, TunerState state, IEnumerable<Milestone> candidates, int epoch, int places = Most) => candidates
        .Where(milestone => milestone.Epoch == epoch && population.PlaceOf(milestone.Trial) <= places
            && state.Trials[milestone.Trial].ReportAt(epoch)!.All(double.IsFinite))
        .OrderBy(milestone => population.PlaceOf(milestone.Trial));
}
