using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>The samples of a batch in memory that is used again for the next.</summary>
/// <param name="sampleSize">Numbers in a sample.</param>
/// <param name="targetSize">Targets of a sample.</param>
/// <param name="most">The most samples that it has room for.</param>
/// <param name="work">What is done to each sample, first to last, the first of which brings it; they are taken as they lie in memory when there is nothing.</param>
internal sealed class BatchSamples(int sampleSize, int targetSize, int most, params IReadOnlyList<StageWork> work)
{
    private readonly float[] inputs = new float[checked(sampleSize * most)];
    private readonly float[] targets = new float[checked(targetSize * most)];

    public int Count { get; private set; }

    /// <summary><c>[count, …sample]</c></summary>
    public Span<float> Inputs => inputs.AsSpan(0, Count * sampleSize);

    /// <summary><c>[count, targets of a sample]</c></summary>
    public Span<float> Targets => targets.AsSpan(0, Count * targetSize);

    /// <param name="dataset">Where they are.</param>
    /// <param name="samples">Their numbers.</param>
    /// <param name="epoch">Epochs that are done.</param>
    public void Load(Dataset dataset, ReadOnlySpan<int> samples, int epoch)
    {
        Resize(samples.Length);
        for (var i = 0; i < Count; i++)
        {
            var room = inputs.AsSpan(i * sampleSize, sampleSize);
            if (work.Count == 0)
                dataset.InputsOf(samples[i]).CopyTo(room);
            foreach (var step in work)
                step(samples[i], epoch, room);
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
