using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Views;

/// <summary>An experiment as it is listed and shown.</summary>
public record ExperimentView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary><see cref="ExperimentStatus.Running"/> until there is a result, whether or not a host works on it now.</summary>
    public required ExperimentStatus Status { get; init; }

    /// <summary>Whether it has a result, and nothing more will happen.</summary>
    [JsonIgnore]
    public bool IsOver => Status is not (ExperimentStatus.Running or ExperimentStatus.Queued or ExperimentStatus.Paused);

    /// <summary>What ended it.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What orders experiments by age: one that has not begun is the newest.</summary>
    [JsonIgnore]
    internal DateTimeOffset Since => StartedAt ?? DateTimeOffset.MaxValue;

    /// <summary>The metric of its objective, the first where there are several.</summary>
    public required string Metric { get; init; }

    /// <summary>The metrics of all objectives, where there are several.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    public required int BudgetTrials { get; init; }

    public required int EndedTrials { get; init; }

    public required int RunningTrials { get; init; }

    public BestView? Best { get; init; }

    /// <summary>The Pareto front so far, the best by the first objective first, where there are several objectives.</summary>
    public IReadOnlyList<FrontView>? Front { get; init; }

    /// <summary>What became of the experts, where a bandit chose among them, once the experiment has ended.</summary>
    public IReadOnlyList<ExpertSummary>? Experts { get; init; }
}

/// <param name="Trial">The best trial so far.</param>
/// <param name="Value">Its objective.</param>
/// <param name="Point">Its point.</param>
/// <param name="Metrics">Of its best epoch, once the experiment has ended.</param>
/// <param name="IsBelieved">True where a model chose it in the end, because values are noisy; null where it is the best that was seen.</param>
/// <param name="Lineage">How it was trained, once the experiment has ended, if not by one trial with one point alone.</param>
public sealed record BestView(
    int Trial,
    double Value,
    Point Point,
    IReadOnlyDictionary<string, double>? Metrics,
    [property: JsonPropertyName("believed")] bool? IsBelieved = null,
    IReadOnlyList<Segment>? Lineage = null);

/// <param name="Trial">A trial of the front.</param>
/// <param name="Values">Its objectives by metric.</param>
/// <param name="Point">Its point.</param>
public sealed record FrontView(int Trial, IReadOnlyDictionary<string, double> Values, Point Point);

/// <summary>A trial as it is listed and shown.</summary>
public sealed record TrialView
{
    internal const string Running = "running";

    public required int Trial { get; init; }

    /// <summary>A status in small letters.</summary>
    public required string Status { get; init; }

    /// <summary>What it trains with now, or trained with last.</summary>
    public required Point Point { get; init; }

    public required string Origin { get; init; }

    /// <summary>Epochs that are done.</summary>
    public int Epochs { get; init; }

    /// <summary>Its objective, the first where there are several.</summary>
    public double? Value { get; init; }

    /// <summary>All objectives by metric, where there are several.</summary>
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>Threads that it computes with, or computed with last.</summary>
    public int? Threads { get; init; }

    /// <summary>What was decided last and why.</summary>
    public string? Message { get; init; }

    [JsonIgnore]
    public bool IsRunning => Status == Running;
}
