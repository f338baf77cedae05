namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>A step that was not computed.</summary>
/// <param name="Begin">When it began, in simulated seconds.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Shards">Samples of each unit.</param>
/// <param name="Reason">Why the next step is shared otherwise; null when it is not.</param>
internal sealed record SimulatedStep(double Begin, double Seconds, int[] Shards, string? Reason);
