using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning;

/// <summary>Where slices end: at the next rung or milestone, whichever comes first, and with the trial's last epoch.</summary>
internal sealed class Slices(SearchSettings settings, SearchSpace space, Scheduler scheduler)
{
    /// <summary>The epochs of a trial; null when they are the same for all.</summary>
    private readonly Expression? epochs = settings.Epochs.IsNumber ? null : Expression.Parse(settings.Epochs.ToString());

    /// <summary>Epochs from one milestone to the next; null when nobody takes anything over.</summary>
    private readonly int? every = settings.Replay.Count > 0 ? null : settings.Adaptation?.EveryEpochs;

    /// <summary>The last epoch of a trial with the point that it has now.</summary>
    // Asked for of thousands of trials: points are made only where they matter.
    public int EpochsOf(TrialRecord trial) => epochs is null ? (int)settings.Epochs.Number : EpochsOf(trial.CurrentPointIn(space));

    public int EpochsOf(Point point) => (int)(epochs?.Evaluate(point) ?? settings.Epochs).Number;

    /// <summary>The epoch after <paramref name="epoch"/> at which a trial is decided about, and whether it leaves a milestone there.</summary>
    public (int ToEpoch, bool LeavesMilestone) After(int trial, int epoch, int maxEpochs)
    {
        var end = scheduler.NextRung(scheduler.BracketOf(trial, maxEpochs), epoch, maxEpochs);
        if (every is { } epochsBetween)
            end = (int)Math.Min(end, (epoch / epochsBetween + 1L) * epochsBetween);
        return (end, IsMilestone(end, maxEpochs));
    }

    /// <summary>Milestones are the multiples of some epochs; at the last epoch nobody goes on.</summary>
    public bool IsMilestone(int epoch, int maxEpochs) =>
        every is { } epochsBetween && epoch % epochsBetween == 0 && epoch < maxEpochs;
}
