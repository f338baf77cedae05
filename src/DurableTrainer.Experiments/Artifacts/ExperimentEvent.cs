using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Experiments.Artifacts;

public enum ExperimentEventType
{
    /// <summary>It waits for room in its quota.</summary>
    ExperimentQueued,
    ExperimentStarted,
    TrialStarted,
    SliceEnded,

    /// <summary>A trial goes on with other values, mostly with another trial's model.</summary>
    TrialAdjusted,

    /// <summary>A trial computes with another number of threads.</summary>
    ThreadsGranted,

    /// <summary>Another number of workers makes a trial's samples ready.</summary>
    InputChanged,

    /// <summary>A trial's model is spread over units, or over them otherwise than before.</summary>
    PlanChanged,
    WorkerLost,
    TrialEnded,
    ExperimentEnding,

    /// <summary>Its best model was held against the champion of its name.</summary>
    ChampionChallenged,
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

    /// <summary>Whose model the trial took over.</summary>
    public Milestone? From { get; init; }

    /// <summary>Threads that the trial computes with from its <see cref="Epoch"/> on.</summary>
    public int? Threads { get; init; }

    /// <summary>What the workers do whose number was changed: <c>read</c> or <c>augment</c>.</summary>
    public string? Stage { get; init; }

    /// <summary>Workers of the <see cref="Stage"/> from here on.</summary>
    public int? Workers { get; init; }

    /// <summary>How the trial or experiment ended, a status in small letters; of a challenge, <c>promoted</c> or <c>kept</c>.</summary>
    public string? Status { get; init; }

    /// <summary>What happened and why, as a sentence.</summary>
    public string? Message { get; init; }
}
