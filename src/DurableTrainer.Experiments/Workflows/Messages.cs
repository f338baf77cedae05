using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;
using DurableTrainer.Tuning.Results;

namespace DurableTrainer.Experiments.Workflows;

/// <param name="Experiment">Its id.</param>
/// <param name="Progress">Where it stands, when it goes on as new.</param>
/// <param name="IsWaiting">Whether it has told that it waits for its quota, when it goes on as new.</param>
public sealed record ExperimentInput(string Experiment, ExperimentProgress? Progress = null, bool IsWaiting = false);

/// <param name="Tenant">In whose ledger it is.</param>
/// <param name="Experiment">Its id.</param>
public sealed record Dismissal(string Tenant, string Experiment);

/// <summary>The parts of a spec that the workflows act on.</summary>
public sealed record ExperimentPlan
{
    public required SearchSettings Search { get; init; }

    public required BudgetSpec Budget { get; init; }

    public required FailureSpec Failure { get; init; }

    public required string Pool { get; init; }

    /// <summary>Whose quota it counts against.</summary>
    public required string Tenant { get; init; }

    /// <summary>What it may come to.</summary>
    public required Amounts Asked { get; init; }

    /// <summary>Its tenant's share of the pool, beside the weights of others.</summary>
    public required double Weight { get; init; }

    /// <summary>What a trial may use.</summary>
    public required LimitsSpec Limits { get; init; }

    /// <summary>What becomes of it when that is too much now.</summary>
    public required OnExceed OnExceed { get; init; }

    /// <summary>Trials at once.</summary>
    public required int Lanes { get; init; }

    /// <summary>Who gets threads that are free.</summary>
    public required Allocation Allocation { get; init; }

    /// <summary>Whether trials train in the gaps of another's pipeline.</summary>
    public bool Fills { get; init; }

    /// <summary>Whether samples were held out for a last measurement.</summary>
    public required bool HasTestData { get; init; }

    /// <summary>How the best model challenges the champion; null when it does not.</summary>
    public ContestTerms? Contest { get; init; }
}

/// <summary>What an experiment has done so far, as it crosses from one run of its orchestrator to the next.</summary>
public sealed record ExperimentProgress
{
    public int NextTrial { get; init; }

    public int FailedTrials { get; init; }

    public TrialResult? Best { get; init; }

    public Usage Usage { get; init; } = Usage.None;

    /// <summary>For each trial in parallel, the running time that has passed in its place.</summary>
    public IReadOnlyList<TimeSpan> Lanes { get; init; } = [];
}

/// <summary>How an experiment ended.</summary>
public sealed record ExperimentOutcome(ExperimentStatus Status, string Reason, int Trials, TrialResult? Best);

public sealed record TrialInput
{
    public required string Experiment { get; init; }

    public required string Pool { get; init; }

    public required PoolShare Share { get; init; }

    /// <summary>What the trial may use.</summary>
    public required LimitsSpec Limits { get; init; }

    public required IReadOnlyList<ObjectiveSpec> Objectives { get; init; }

    public required Proposal Proposal { get; init; }

    /// <summary>Times a slice is run again when its worker is lost.</summary>
    public required int Retries { get; init; }

    /// <summary>Who gets threads that are free.</summary>
    public required Allocation Allocation { get; init; }

    /// <summary>Whether trials train in the gaps of another's pipeline.</summary>
    public bool Fills { get; init; }

    /// <summary>Running time after which the experiment's budget is spent.</summary>
    public TimeSpan? MaxWallClock { get; init; }
}

/// <summary>How a trial ended.</summary>
public sealed record TrialResult
{
    public required int Trial { get; init; }

    public required TrialStatus Status { get; init; }

    /// <summary>What it trained with in the end.</summary>
    public required Point Point { get; init; }

    /// <summary>The first objective where it counts; null when the trial never reported one, or failed.</summary>
    public double? Value { get; init; }

    /// <summary>All objectives in their order, of the same epoch; null when there is no <see cref="Value"/>.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>The checkpoint that has these values.</summary>
    public string? Checkpoint { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>Why the whole experiment should end now, or null.</summary>
    public string? EndsExperiment { get; init; }

    /// <summary>Why the quota allows nothing more, or null.</summary>
    public string? QuotaSpent { get; init; }
}

/// <summary>What the tuner has found when nothing more is tried.</summary>
/// <param name="Best">The trial to hand over; null when none has ended with a value.</param>
/// <param name="Experts">What became of the experts of a bandit; null without one.</param>
public sealed record SearchFindings(BestTrial? Best, IReadOnlyList<ExpertSummary>? Experts);

/// <param name="Experiment">Its id.</param>
/// <param name="Trial">The trial of it.</param>
public sealed record TrialId(string Experiment, int Trial);

/// <summary>Events to append to the experiment's log, each once.</summary>
public sealed record EventBatch(string Experiment, IReadOnlyList<ExperimentEvent> Events);

/// <param name="Experiment">Its id.</param>
/// <param name="Summary">What is kept of the trial.</param>
/// <param name="Held">Its milestones that others may still take over.</param>
/// <param name="Events">What is left to be told of it; the last one tells of its end.</param>
public sealed record TrialEnding(string Experiment, TrialSummary Summary, IReadOnlyList<Milestone> Held, IReadOnlyList<ExperimentEvent> Events);

/// <summary>Milestones of an experiment that nobody will take over any more.</summary>
public sealed record ReleasedMilestones(string Experiment, IReadOnlyList<Milestone> Milestones);

/// <summary>Everything that the result is written from, besides the trials' own summaries.</summary>
public sealed record ExperimentEnding
{
    public required string Experiment { get; init; }

    public required ExperimentStatus Status { get; init; }

    public required string Reason { get; init; }

    public TrialResult? Best { get; init; }

    /// <summary>Whether a model chose the best, because values are noisy.</summary>
    public bool IsBelieved { get; init; }

    /// <summary>What became of the experts of a bandit; null without one.</summary>
    public IReadOnlyList<ExpertSummary>? Experts { get; init; }

    /// <summary>Metrics of the best model on samples that no trial has seen.</summary>
    public IReadOnlyDictionary<string, double>? Test { get; init; }

    public required int Trials { get; init; }

    public required Usage Usage { get; init; }

    public required ExperimentEvent Event { get; init; }
}
