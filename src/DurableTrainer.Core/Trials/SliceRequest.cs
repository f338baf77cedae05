using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Trials;

/// <summary>
/// A bounded piece of a trial for a worker to run. (Experiment, trial, slice) is its idempotency key: it may run twice, its effects
/// land once. It carries references only; the experiment's spec, its data and its checkpoints are artifacts.
/// </summary>
public sealed record SliceRequest
{
    /// <summary>The activity that runs slices; each pool serves it under a name of its own.</summary>
    public const string ActivityName = "RunSlice";

    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    public required int Slice { get; init; }

    public required Point Point { get; init; }

    /// <summary>Epochs that are done when the slice starts.</summary>
    public required int FromEpoch { get; init; }

    /// <summary>Epochs that are done when it ends.</summary>
    public required int ToEpoch { get; init; }

    /// <summary>What the trial's earlier slices used; its limits hold for all of them together.</summary>
    public Usage Used { get; init; } = Usage.None;

    /// <summary>Threads that the worker may compute with; the pool grants them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// How often the trial has taken over the model of another. Each branch has its checkpoints to itself, so that what is left of an
    /// earlier one cannot get between them.
    /// </summary>
    public int Branch { get; init; }

    /// <summary>Whose model the branch begins with; null in the first, which begins with a new one.</summary>
    public Milestone? From { get; init; }

    /// <summary>Whether to leave a milestone at its end, for others to take over.</summary>
    public bool LeavesMilestone { get; init; }

    /// <summary>The trial whose random choices are made again; its own when null.</summary>
    public int? RandomTrial { get; init; }

    /// <summary>
    /// Epochs that were done when the trial began to train with this point and these random choices: those before cannot be trained again
    /// with them, should their checkpoints be damaged.
    /// </summary>
    public int PointFromEpoch { get; init; }

    /// <summary>What decides who gets threads that are free; null where all get the same.</summary>
    public Promise? Promise { get; init; }

    /// <summary>Whether the trial can train in the gaps of another's pipeline, where it takes no threads from anybody.</summary>
    public bool Fills { get; init; }

    /// <summary>Whether the pool gave it the gaps of another rather than threads of its own.</summary>
    public bool IsInGaps { get; init; }

    /// <summary>What the trial may use, for whoever watches the worker from outside; null where nothing is bounded.</summary>
    public LimitsSpec? Limits { get; init; }

    /// <summary>Whose share of the pool it takes; null where nobody shares it.</summary>
    public PoolShare? Share { get; init; }

    /// <summary>The slice returns early, with a checkpoint, when it has run for so long.</summary>
    public TimeSpan? MaxWallClock { get; init; }

    /// <summary>The trial's span, as a <c>traceparent</c>, for what the worker tells of itself; null where nobody listens.</summary>
    public string? Trace { get; init; }
}
