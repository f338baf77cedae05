using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>A batch on its way through the stages, in micro-batches of as equal size as can be.</summary>
/// <param name="most">Samples at most.</param>
/// <param name="microBatches">m, its parts.</param>
/// <param name="sampleSize">Values of a sample.</param>
/// <param name="outputSize">Values that the model gives for one.</param>
/// <param name="targetSize">Its targets.</param>
internal sealed class PipelineBatch(int most, int microBatches, int sampleSize, int outputSize, int targetSize)
{
    private readonly float[] outputs = new float[most * outputSize];
    private readonly float[] targets = new float[most * targetSize];
    private readonly Pass[] passes = new Pass[microBatches];
    private readonly double[] lossSums = new double[microBatches];

    /// <summary>Samples at most.</summary>
    public int Most => most;

    /// <summary><c>[most, …sample shape]</c></summary>
    public float[] Inputs { get; } = new float[most * sampleSize];

    /// <summary>What the model gave: <c>[count, …output shape]</c></summary>
    public ReadOnlySpan<float> Outputs => outputs.AsSpan(0, Count * outputSize);

    /// <summary>Samples of the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Micro-batches that have samples: the first ones.</summary>
    public int Parts => Math.Min(Count, microBatches);

    /// <summary>Sum of the losses of all targets that count, once all micro-batches went forward.</summary>
    public double LossSum => lossSums.Sum();

    /// <summary>Samples of a micro-batch at most.</summary>
    public static int MostOf(int batch, int microBatches) => (batch + microBatches - 1) / microBatches;

    /// <summary>Cuts a batch whose inputs are in their place.</summary>
    /// <param name="pass">Of the whole batch.</param>
    /// <param name="batchTargets">Its targets.</param>
    /// <param name="loss">Says which of them count.</param>
    public void Take(in Pass pass, ReadOnlySpan<float> batchTargets, Loss loss)
    {
        Count = pass.Count;
        batchTargets.CopyTo(targets);
        var all = loss.CountOf(batchTargets);
        for (var (number, offset) = (0, 0); number < microBatches; number++)
        {
            var count = Count / microBatches + (number < Count % microBatches ? 1 : 0);
            var counted = count == 0 ? 0 : loss.CountOf(batchTargets.Slice(offset * targetSize, count * targetSize));
            passes[number] = pass with { Count = count, Part = new BatchPart(offset, all == 0 ? 1 : (double)counted / all) };
            lossSums[number] = 0;
            offset += count;
        }
    }

    /// <summary>Of a micro-batch; it has no sample where a batch has fewer than there are micro-batches.</summary>
    public Pass PassOf(int microBatch) => passes[microBatch];

    public ReadOnlySpan<float> InputsOf(int microBatch) => Of(Inputs, sampleSize, microBatch);

    public ReadOnlySpan<float> TargetsOf(int microBatch) => Of(targets, targetSize, microBatch);

    /// <summary>Takes what the model gave for a micro-batch.</summary>
    public void Put(int microBatch, ReadOnlySpan<float> values, double lossSum)
    {
        values.CopyTo(Of(outputs, outputSize, microBatch));
        lossSums[microBatch] = lossSum;
    }

    private Span<float> Of(float[] values, int size, int microBatch) =>
        values.AsSpan(passes[microBatch].Part!.Offset * size, passes[microBatch].Count * size);
}
