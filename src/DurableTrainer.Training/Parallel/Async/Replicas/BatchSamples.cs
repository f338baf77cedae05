using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>The samples of a batch in memory that is used again for the next.</summary>
/// <param name="sampleSize">Numbers in a sample.</param>
/// <param name="targetSize">Targets of a sample.</param>
/// <param name="most">The most samples that it has room for.</param>
internal sealed class BatchSamples(int sampleSize, int targetSize, int most)
{
    private readonly float[] inputs = new float[checked(sampleSize * most)];
    private readonly float[] targets = new float[checked(targetSize * most)];

    public int Count { get; private set; }

    /// <summary><c>[count, …sample]</c></summary>
    public Span<float> Inputs => inputs.AsSpan(0, Count * sampleSize);

    /// <summary><c>[count, targets of a sample]</c></summary>
    public Span<float> Targets => targets.AsSpan(0, Count * targetSize);

    public void Load(Dataset dataset, ReadOnlySpan<int> samples)
    {
        Resize(samples.Length);
        for (var i = 0; i < Count; i++)
        {
            dataset.Inputs.AsSpan(samples[i] * sampleSize, sampleSize).CopyTo(inputs.AsSpan(i * sampleSize));
            dataset.TargetsOf(samples[i]).CopyTo(targets.AsSpan(i * targetSize));
        }
    }

    /// <summary>Makes room for so many, to be filled by the caller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for so many.</exception>
    public void Resize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, most);
        Count = count;
    }
}
