namespace DurableTrainer.Workers.Pool;

/// <summary>What a worker of a pool is busy with.</summary>
/// <param name="Experiment">The experiment's id.</param>
/// <param name="Trial">The trial's number in it.</param>
/// <param name="Threads">Threads that were granted to it.</param>
/// <param name="ProcessId">The worker's process; null while it is being started.</param>
public sealed record WorkerLoad(string Experiment, int Trial, int Threads, int? ProcessId);
