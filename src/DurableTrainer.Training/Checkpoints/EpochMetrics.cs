namespace DurableTrainer.Training.Checkpoints;

/// <summary>What was measured after an epoch.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Values">Metrics by name.</param>
public sealed record EpochMetrics(int Epoch, IReadOnlyDictionary<string, double> Values);
