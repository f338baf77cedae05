using DurableTrainer.Training.Data;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>Which samples the batches of an epoch of a trial have, and what their random choices follow from: their place, not who computes them.</summary>
/// <param name="dataset">The samples.</param>
/// <param name="train">Numbers of those that are trained on.</param>
/// <param name="batchSize">Samples of a batch; the last one may have fewer.</param>
/// <param name="seed">Of the experiment.</param>
/// <param name="trial">Number of the trial.</param>
/// <param name="epoch">Epochs that are done.</param>
internal sealed class EpochBatches(Dataset dataset, int[] train, int batchSize, long seed, int trial, int epoch)
{
    private readonly int[] order = EpochOrder.Of(train, seed, trial, epoch);

    /// <summary>How many batches the samples make.</summary>
    public int Count => CountOf(order.Length, batchSize);

    /// <summary>Batches of an epoch of so many samples.</summary>
    public static int CountOf(int samples, int batchSize) => (int)(((long)samples + batchSize - 1) / batchSize);

    /// <summary>Samples of a batch.</summary>
    public int SamplesOf(int batch) => SamplesIn(batch).Length;

    public void Load(int batch, BatchSamples samples) => samples.Load(dataset, SamplesIn(batch));

    /// <summary>The way through the model that a batch takes.</summary>
    public Pass PassOf(int batch) => new(SamplesOf(batch), Training: true, seed, trial, (long)epoch * Count + batch);

    private ReadOnlySpan<int> SamplesIn(int batch)
    {
        var start = (int)((long)batch * batchSize);
        return order.AsSpan(start, Math.Min(batchSize, order.Length - start));
    }
}
