using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Tuning;

/// <summary>The parts of a spec that decide what is tried and for how long. Small: a tuner carries it in its state.</summary>
public sealed record SearchSettings
{
    public required long Seed { get; init; }

    /// <summary>One, or several for a Pareto front; the first decides where only one can.</summary>
    public required IReadOnlyList<ObjectiveSpec> Objectives { get; init; }

    [JsonIgnore]
    public ObjectiveSpec Objective => Objectives[0];

    public required IReadOnlyList<Parameter> Space { get; init; }

    public IReadOnlyList<string> Constraints { get; init; } = [];

    public TunerSpec Tuner { get; init; } = new();

    public SchedulerSpec Scheduler { get; init; } = new NoSchedulerSpec();

    public AdaptationSpec? Adaptation { get; init; }

    /// <summary>The lineage of a model to train again instead of searching; empty for a search.</summary>
    public IReadOnlyList<Segment> Replay { get; init; } = [];

    public ConvergenceSpec? Convergence { get; init; }

    /// <summary>Trials that the budget allows; null when it does not say.</summary>
    public int? Trials { get; init; }

    /// <summary>Epochs of a trial that is not stopped: a number, or an expression over the point.</summary>
    public required ParameterValue Epochs { get; init; }

    /// <summary>What a trial may use: points that are sure to use more are not proposed. Null when there is no bound.</summary>
    public LimitsSpec? Limits { get; init; }

    /// <summary>Trials of earlier experiments, as points of this space.</summary>
    public IReadOnlyList<TransferredTrial> Transferred { get; init; } = [];
}
