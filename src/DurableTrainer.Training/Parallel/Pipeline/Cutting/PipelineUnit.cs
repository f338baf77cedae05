namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>What a stage runs on.</summary>
/// <param name="Speed">How many times as fast as a unit of speed 1.</param>
/// <param name="MemoryBytes">What its stages may take; as much as there is when null.</param>
internal sealed record PipelineUnit(double Speed, long? MemoryBytes);
