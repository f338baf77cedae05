using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>What a simulated step is made of.</summary>
/// <param name="Units">What each unit takes.</param>
/// <param name="SerialSeconds">What it takes beside: giving out parameters, waiting for each other within it, adding up gradients, moving.</param>
internal readonly record struct StepCosts(IReadOnlyList<UnitCost> Units, double SerialSeconds);
