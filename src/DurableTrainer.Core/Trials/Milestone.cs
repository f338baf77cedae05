namespace DurableTrainer.Core.Trials;

/// <summary>A trial as it was after an epoch, committed, so that others can take its model over.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Epoch">Epochs that were done.</param>
public readonly record struct Milestone(int Trial, int Epoch);
