namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>A way to train the filler: with micro-batches of some size.</summary>
/// <param name="MicroBatch">Samples.</param>
/// <param name="Bytes">What it takes: weights, gradients, the state of the optimizer and activations.</param>
/// <param name="Chunks">Of an iteration, in an order in which they could run one after the other.</param>
internal sealed record FillerOption(int MicroBatch, long Bytes, IReadOnlyList<FillChunk> Chunks);
