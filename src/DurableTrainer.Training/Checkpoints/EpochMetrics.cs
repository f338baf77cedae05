namespace DurableTrainer.Training.Checkpoints;

/// <summary>What was measured after an epoch.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Values">Metrics by name.</param>
/// <param name="Step">Optimizer steps that were done. Epochs may differ in their number, since the size of batches may change.</param>
public sealed record EpochMetrics(int Epoch, IReadOnlyDictionary<string, double> Values, long Step = 0);
