using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>What a pool is busy with: what <c>dtrain pools</c> shows.</summary>
/// <param name="Pool">Its name.</param>
/// <param name="Workers">Workers that there may be at once.</param>
/// <param name="Threads">Threads that they share.</param>
/// <param name="Waiting">Slices that wait for a worker.</param>
/// <param name="Load">What runs.</param>
public sealed record PoolReport(string Pool, int Workers, int Threads, int Waiting, IReadOnlyList<WorkerLoad> Load);
