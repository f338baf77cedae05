using DurableTrainer.Core.Space;

namespace DurableTrainer.Experiments.Artifacts;

public enum ExperimentEventType
{
    ExperimentStarted,
    TrialStarted,
    SliceEnded,
    WorkerLost,
    TrialEnded,
    ExperimentEnding,
    ExperimentEnded,
}

/// <summary>Something that happened in an experiment: a line of <c>events.jsonl</c>.</summary>
public sealed record ExperimentEvent
{
    /// <summary>Unique in its experiment, and the same when the same thing is recorded twice.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required ExperimentEventType Type { get; init; }

    public int? Trial { get; init; }

    public int? Slice { get; init; }

    /// <summary>Epochs of the trial that are done.</summary>
    public int? Epoch { get; init; }

    public Point? Point { get; init; }

    /// <summary>Who proposed the point.</summary>
    public string? Origin { get; init; }

    /// <summary>The first objective that counts so far.</summary>
    public double? Value { get; init; }

    /// <summary>All objectives by metric, where there are several.</summary>
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>How the trial or experiment ended: a status in small letters.</summary>
    public string? Status { get; init; }

    /// <summary>What happened and why, as a sentence.</summary>
    public string? Message { get; init; }
}
