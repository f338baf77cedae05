namespace DurableTrainer.Workers.Pool.Grants;

/// <param name="Threads">How many a worker may compute with.</param>
/// <param name="Reason">Why so many, as a sentence for the user.</param>
internal sealed record ThreadShare(int Threads, string Reason);
