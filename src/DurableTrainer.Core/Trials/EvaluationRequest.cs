using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Trials;

/// <summary>Measure a checkpoint on the samples that were held out as test data.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The activity that measures; each pool serves it under a name of its own.</summary>
    public const string ActivityName = "Evaluate";

    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    public required Point Point { get; init; }

    /// <summary>Path of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Threads that the worker may compute with; the pool grants them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The experiment's span, as a <c>traceparent</c>, for what the worker tells of itself; null where nobody listens.</summary>
    public string? Trace { get; init; }
}
