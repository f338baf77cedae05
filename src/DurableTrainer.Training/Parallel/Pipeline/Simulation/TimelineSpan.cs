using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>When a unit was at an instruction.</summary>
/// <param name="Start">In seconds after the begin of the first iteration.</param>
/// <param name="End">In seconds after the begin of the first iteration.</param>
/// <param name="Instruction">What it did.</param>
internal readonly record struct TimelineSpan(double Start, double End, Instruction Instruction);
