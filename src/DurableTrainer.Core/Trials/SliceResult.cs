namespace DurableTrainer.Core.Trials;

public enum SliceOutcome
{
    /// <summary>All epochs that were asked for are done.</summary>
    Completed,

    /// <summary>Returned early with a checkpoint, because of the stop flag or its time bound.</summary>
    Stopped,

    /// <summary>A loss, or the norm of the gradients, is no longer a finite number. What was found before stays good.</summary>
    NonFinite,

    /// <summary>The worker was lost; the slice can run again.</summary>
    Lost,

    /// <summary>The point cannot be trained further; trying again would end the same.</summary>
    Failed,
}

/// <summary>What a worker returns for a slice: the last metrics, usage and references, never bulk data.</summary>
public sealed record SliceResult
{
    public required int Trial { get; init; }

    public required int Slice { get; init; }

    public required SliceOutcome Outcome { get; init; }

    /// <summary>Epochs of the trial that are done.</summary>
    public required int Epoch { get; init; }

    /// <summary>Optimizer steps of the trial that are done.</summary>
    public required long Step { get; init; }

    /// <summary>Metrics of the last epoch, by name (<c>validation.accuracy</c>).</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>
    /// The first objective's best epoch so far, of the whole trial, and of equal ones the best by the next objective; null before the
    /// first epoch.
    /// </summary>
    public BestEpoch? Best { get; init; }

    /// <summary>Path of the checkpoint that the next slice starts from.</summary>
    public string? Checkpoint { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>
    /// Floating-point operations of all epochs of the trial that are done: what it cost, by counting, so that it is the same in every
    /// run. Null when the model was not looked at.
    /// </summary>
    public double? Flops { get; init; }

    /// <summary>The threads that it had, from its beginning on.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>How many workers made its samples ready, each change in order; empty where nothing is done to samples.</summary>
    public IReadOnlyList<InputChange> InputChanges { get; init; } = [];

    /// <summary>How its model was spread over units, from its beginning on; empty where it was not.</summary>
    public IReadOnlyList<PlanChange> Plans { get; init; } = [];

    /// <summary>Whether what trains ended by itself, so that nothing comes after these epochs.</summary>
    public bool IsOver { get; init; }

    /// <summary>Why it failed or returned early, as a sentence for the user.</summary>
    public string? Reason { get; init; }
}

/// <param name="Epoch">Counted from 1.</param>
/// <param name="Metrics">The metrics of that epoch.</param>
/// <param name="Checkpoint">Path of its checkpoint.</param>
public sealed record BestEpoch(int Epoch, IReadOnlyDictionary<string, double> Metrics, string Checkpoint);
