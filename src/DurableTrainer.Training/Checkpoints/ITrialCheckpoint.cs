namespace DurableTrainer.Training.Checkpoints;

/// <summary>What every checkpoint says of its trial, whatever else is in it.</summary>
public interface ITrialCheckpoint
{
    /// <summary>Epochs that are done.</summary>
    int Epoch { get; }

    /// <summary>Optimizer steps that are done; a checkpoint of more steps is the newer one.</summary>
    long Step { get; }

    /// <summary>Metrics of the epochs that are done.</summary>
    IReadOnlyList<EpochMetrics> History { get; }
}
