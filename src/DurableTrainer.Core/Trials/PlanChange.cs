namespace DurableTrainer.Core.Trials;

/// <summary>From here on a trial's model is spread over units as said.</summary>
/// <param name="Epoch">Epochs of the trial that were done.</param>
/// <param name="Step">Optimizer steps of the trial that were done.</param>
/// <param name="Reason">How, and why so, as a sentence for the user.</param>
public sealed record PlanChange(int Epoch, long Step, string Reason);
