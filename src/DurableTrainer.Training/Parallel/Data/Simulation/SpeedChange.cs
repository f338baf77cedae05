namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>From a step on a unit takes another time for the same.</summary>
/// <param name="Step">Steps that were done before.</param>
/// <param name="Unit">Which unit.</param>
/// <param name="Factor">How many times as long as at first.</param>
internal readonly record struct SpeedChange(int Step, int Unit, double Factor);
