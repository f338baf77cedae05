namespace DurableTrainer.Core.Trials;

/// <summary>Compute that a slice was given, beginning with an epoch.</summary>
/// <param name="Epoch">Epochs of the trial that were done when it began.</param>
/// <param name="Threads">Threads that the worker could compute with.</param>
/// <param name="Reason">Why so many, as a sentence for the user.</param>
public sealed record Grant(int Epoch, int Threads, string Reason);
