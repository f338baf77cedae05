namespace DurableTrainer.Core.Trials;

/// <summary>What a worker measured after one epoch of a trial: a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Step">Optimizer steps of the trial that are done.</param>
/// <param name="Time">When it was measured.</param>
/// <param name="Values">Metrics by name.</param>
/// <param name="Usage">What this epoch used.</param>
public sealed record EpochReport(int Epoch, long Step, DateTimeOffset Time, IReadOnlyDictionary<string, double> Values, Usage Usage);
