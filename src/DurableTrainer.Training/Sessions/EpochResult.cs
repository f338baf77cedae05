namespace DurableTrainer.Training.Sessions;

public enum EpochOutcome
{
    Completed,

    /// <summary>Stopped before its end. The session is as it was before the epoch.</summary>
    Stopped,

    /// <summary>
    /// A loss, or the norm of the gradients, was not a finite number. The session is as it was before the epoch; training on would end
    /// the same.
    /// </summary>
    NonFinite,
}

/// <summary>How an epoch ended.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Epoch">Epochs of the trial that are done.</param>
/// <param name="Step">Optimizer steps of the trial that are done.</param>
/// <param name="Metrics">
/// <c>train.*</c>, over the epoch's batches as they were trained on, with the learning rate of its last step, and <c>validation.*</c>,
/// after it; empty unless it was completed.
/// </param>
/// <param name="Reason">Why it was not completed, as a sentence for the user.</param>
public sealed record EpochResult(
    EpochOutcome Outcome, int Epoch, long Step, IReadOnlyDictionary<string, double> Metrics, string? Reason = null);
