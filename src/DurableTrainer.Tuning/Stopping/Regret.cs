using System.Globalization;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Stopping;

/// <summary>What is left to gain, at most, lies below the noise of what was seen; with several objectives, in each of them.</summary>
internal static class Regret
{
    /// <summary>The noise of an objective without any, as a share of the spread of what was seen.</summary>
    private const double SmallestNoise = 0.01;

    /// <summary>How many trials in a row have ended with nothing left to gain.</summary>
    /// <param name="spec">How many trials have to end first; those that were cancelled do not count.</param>
    /// <param name="history">With the trial that has just ended.</param>
    /// <param name="before">What this returned for the trial that ended before.</param>
    public static int Count(ConvergenceSpec spec, SearchHistory history, int before)
    {
        var ended = history.State.Ended.Count(number => history.State.Trials[number].Status != TrialStatus.Cancelled);
        if (ended < spec.MinTrials || history.Belief is not { } belief)
            return 0;
        var random = new KeyedRandom(history.Settings.Seed, "stopping/regret", step: ended);
        return belief.Objectives.All(objective => RegretBound.Of(history, objective, random) < Math.Max(SmallestNoise, objective.NoiseDeviation))
            ? before + 1 : 0;
    }

    /// <returns>Why the search has ended, or null.</returns>
    public static string? WhyEnded(ConvergenceSpec spec, int count) => count < spec.Patience ? null
        : string.Create(CultureInfo.InvariantCulture, $"regret: after each of the last {count} trials, what is left to gain was below the noise");
}
