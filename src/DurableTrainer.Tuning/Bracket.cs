namespace DurableTrainer.Tuning;

/// <summary>Trials that are compared with each other alone.</summary>
/// <param name="Rungs">The epochs at which they are compared; the last one is their end.</param>
/// <param name="Trials">How many they are.</param>
public sealed record Bracket(IReadOnlyList<int> Rungs, int Trials);
