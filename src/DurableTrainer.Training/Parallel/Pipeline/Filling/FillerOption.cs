namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>A way to train the filler: with micro-batches of some size.</summary>
/// <param name="MicroBatch">Samples.</param>
/// <param name="Bytes">What it takes.</param>
/// <param name="Chunks">Of an iteration, in an order in which they could run one after the other.</param>
internal sealed record FillerOption(int MicroBatch, FillerBytes Bytes, IReadOnlyList<FillChunk> Chunks);

/// <summary>Memory of a filler.</summary>
internal sealed record FillerBytes(long Weights, long Gradients, long OptimizerState, long Activations)
{
    public long Total => Weights + Gradients + OptimizerState + Activations;
}
