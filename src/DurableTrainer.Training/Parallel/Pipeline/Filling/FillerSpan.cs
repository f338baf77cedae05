namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>When a unit is at a chunk.</summary>
/// <param name="Start">In seconds after the begin of the main instance's first iteration.</param>
/// <param name="End">In seconds after the begin of the main instance's first iteration.</param>
/// <param name="Iteration">Of the filler.</param>
/// <param name="Chunk">Its number within the iteration.</param>
internal readonly record struct FillerSpan(double Start, double End, int Iteration, int Chunk);
