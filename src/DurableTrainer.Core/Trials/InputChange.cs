namespace DurableTrainer.Core.Trials;

/// <summary>Another number of workers that make a trial's samples ready.</summary>
/// <param name="Epoch">Epochs of the trial that were done then.</param>
/// <param name="Stage">What they do: <c>read</c> or <c>augment</c>.</param>
/// <param name="Workers">How many from then on.</param>
/// <param name="Reason">Why, as a sentence for the user.</param>
public sealed record InputChange(int Epoch, string Stage, int Workers, string Reason);
