using System.Text.Json.Serialization;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Bandits;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.Rows;

namespace DurableTrainer.Tuning;

/// <summary>
/// Everything that the tuner knows, as data: the entity holds it, and the tuner is a function from it and a report to the next one. What
/// a trial changes stands together in JSON: at the end of the trials, behind them, and at the beginning of those that ended.
/// </summary>
public sealed record TunerState
{
    public required SearchSettings Settings { get; init; }

    /// <summary>By trial number, without gaps.</summary>
    [JsonConverter(typeof(TrialsConverter))]
    public IReadOnlyList<TrialRecord> Trials { get; init; } = [];

    /// <summary>Candidates that the agent has drawn so far, those that were not used included.</summary>
    public long Drawn { get; init; }

    /// <summary>Trials in a row that ended with nothing left to gain, as far as the rule that looks for it is asked.</summary>
    public int Settled { get; init; }

    /// <summary>Milestones that a trial may still take over, or has taken over and not gone on from yet, in the order in which they were reached.</summary>
    public IReadOnlyList<Milestone> Milestones { get; init; } = [];

    /// <summary>What the bandit has learned; null while there is none.</summary>
    public BanditState? Bandit { get; init; }

    /// <summary>Kernels that were fitted for a proposal, once there are so many trials that they are not fitted for each.</summary>
    public KernelFits? Kernels { get; init; }

    /// <summary>Trials that ended, in the order in which they did.</summary>
    [JsonConverter(typeof(NewestFirst))]
    public IReadOnlyList<int> Ended { get; init; } = [];
}

public enum TrialStatus
{
    /// <summary>Proposed; not ended yet.</summary>
    Running,

    /// <summary>Trained to its last epoch.</summary>
    Completed,

    /// <summary>Ended early by the scheduler.</summary>
    Stopped,

    /// <summary>Could not be trained.</summary>
    Failed,

    /// <summary>Ended early because the experiment ended.</summary>
    Cancelled,
}
