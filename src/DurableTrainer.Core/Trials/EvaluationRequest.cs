using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Trials;

/// <summary>Measure a checkpoint on samples that were held out.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The activity that measures; each pool serves it under a name of its own.</summary>
    public const string ActivityName = "Evaluate";

    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    public required Point Point { get; init; }

    /// <summary>Path of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Whose checkpoint it is; null for the experiment's own.</summary>
    public RivalModel? Rival { get; init; }

    /// <summary>Whether to measure on the samples by which trials are compared, and not on those for tests.</summary>
    public bool OnValidation { get; init; }

    /// <summary>Threads that the worker may compute with; the pool grants them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The experiment's span, as a <c>traceparent</c>, for what the worker tells of itself; null where nobody listens.</summary>
    public string? Trace { get; init; }
}

/// <summary>A model of another experiment, to be measured on the samples of this one.</summary>
/// <param name="Spec">Path of its spec.</param>
/// <param name="Data">Path of what its data was.</param>
/// <param name="Point">What it was trained with.</param>
public sealed record RivalModel(string Spec, string Data, Point Point);
