namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>When a chunk ran in a gap, in timestamps, and on which of this machine's processors it ended.</summary>
internal readonly record struct GapSpan(long Start, long End, int Processor);
