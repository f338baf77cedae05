using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>What is kept of an ended trial: the artifact <c>trial.json</c>, and a row of the result.</summary>
public sealed record TrialSummary
{
    public required int Trial { get; init; }

    public required TrialStatus Status { get; init; }

    /// <summary>What it trained with; of a trial that was adjusted, in the end.</summary>
    public required Point Point { get; init; }

    /// <summary>
    /// How its model was trained, if not by itself with one point alone: who trained it, with what, and until when. Null otherwise.
    /// </summary>
    public IReadOnlyList<Segment>? Lineage { get; init; }

    /// <summary>Who proposed the point.</summary>
    public required string Origin { get; init; }

    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>The first objective where it counts; null when any objective is not a finite number there.</summary>
    public double? Value { get; init; }

    /// <summary>All objectives by metric, of the same epoch, where there are several.</summary>
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>The epoch that has them.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>All metrics of that epoch.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Why it ended before its last epoch.</summary>
    public string? Reason { get; init; }

    /// <summary>Path of the checkpoint that has <see cref="Value"/>.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Not part of <c>result.json</c>, which is the same for the same experiment.</summary>
    public Usage? Usage { get; init; }
}
