namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>A piece of a filler's iteration that runs without a pause on one unit: some layers, one way, one micro-batch.</summary>
/// <param name="Needs">The chunks that must be done before, each of a lower number than this one.</param>
/// <param name="Seconds">It takes.</param>
/// <param name="Unit">Which it must run on; null when any will do.</param>
internal sealed record FillChunk(IReadOnlyList<int> Needs, double Seconds, int? Unit = null);
