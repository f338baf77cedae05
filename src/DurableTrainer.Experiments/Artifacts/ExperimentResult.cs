using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Experiments.Artifacts;

public enum ExperimentStatus
{
    Running,
    Completed,
    Cancelled,
    Failed,

    /// <summary>Its quota had no room for it; nothing of it has run.</summary>
    Rejected,

    /// <summary>Its quota was nearly spent; what it had found until then was handed over.</summary>
    QuotaExhausted,

    /// <summary>It waits for room in its quota. No result says so.</summary>
    Queued,

    /// <summary>A user halted it. No result says so.</summary>
    Paused,
}

/// <summary>
/// What an experiment found: the artifact <c>result.json</c>. It holds no times and no measurements of this machine, so that the same
/// experiment gives the same bytes.
/// </summary>
public sealed record ExperimentResult
{
    public required string Experiment { get; init; }

    public required string Name { get; init; }

    public required ExperimentStatus Status { get; init; }

    /// <summary>What ended the search.</summary>
    public required string Reason { get; init; }

    /// <summary>The objective; the first where there are several.</summary>
    public required ObjectiveSpec Objective { get; init; }

    /// <summary>All objectives, where there are several.</summary>
    public IReadOnlyList<ObjectiveSpec>? Objectives { get; init; }

    /// <summary>The best by the first objective, and of equal ones by the next.</summary>
    public BestModel? Best { get; init; }

    /// <summary>
    /// Where there are several objectives, the trials that no other is better than in one of them and worse in none, the best by the
    /// first objective first.
    /// </summary>
    public IReadOnlyList<FrontTrial>? Front { get; init; }

    /// <summary>Whether the same model was made again, where one was to be trained again.</summary>
    public ReplayOutcome? Replay { get; init; }

    /// <summary>What became of the experts, where a bandit chose among them.</summary>
    public IReadOnlyList<ExpertSummary>? Experts { get; init; }

    /// <summary>SHA-256 of the data.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>By number.</summary>
    public required IReadOnlyList<TrialSummary> Trials { get; init; }

    /// <summary>The trials with what each of them used, as far as that is known.</summary>
    public IReadOnlyList<TrialSummary> WithUsage(ExperimentUsage? usage) =>
        [.. Trials.Select((trial, i) => trial with { Usage = usage?.Trials.ElementAtOrDefault(i) })];
}

/// <summary>The best model that was found.</summary>
public sealed record BestModel
{
    public required int Trial { get; init; }

    public required int Epoch { get; init; }

    public required double Value { get; init; }

    /// <summary>
    /// True where values are noisy and a model of them chose this trial: another one was seen at a better value, by luck. Null where it is
    /// the best that was seen.
    /// </summary>
    [JsonPropertyName("believed")]
    public bool? IsBelieved { get; init; }

    /// <summary>What its best epoch was trained with.</summary>
    public required Point Point { get; init; }

    /// <summary>
    /// How it was trained, if not by one trial with one point alone: what <c>dtrain run --replay</c> does again. Null otherwise.
    /// </summary>
    public IReadOnlyList<Segment>? Lineage { get; init; }

    /// <summary>Of its best epoch, and on test data where samples were held out.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Path of its parameters.</summary>
    public required string Model { get; init; }
}

/// <param name="Experiment">The experiment whose model was trained again.</param>
/// <param name="IsSame">Whether it came out the same, bit for bit.</param>
public sealed record ReplayOutcome(string Experiment, [property: JsonPropertyName("same")] bool IsSame);

/// <summary>A trial of the Pareto front.</summary>
public sealed record FrontTrial
{
    public required int Trial { get; init; }

    public required int Epoch { get; init; }

    public required Point Point { get; init; }

    /// <summary>The objectives by metric, all of that epoch.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>All metrics of that epoch.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Path of the checkpoint that has these values.</summary>
    public required string Checkpoint { get; init; }
}

/// <summary>What an experiment took: the artifact <c>usage.json</c>.</summary>
public sealed record ExperimentUsage
{
    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>All slices together.</summary>
    public required Usage Total { get; init; }

    /// <summary>By trial number.</summary>
    public required IReadOnlyList<Usage> Trials { get; init; }
}
