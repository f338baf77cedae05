using DurableTrainer.Training.Data;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>Brings samples of a dataset into a pass's input, with their targets beside.</summary>
internal sealed class SampleBatch(Dataset dataset, IModelPass pass)
{
    private readonly float[] targets = new float[pass.Batch * dataset.TargetSize];

    /// <summary>Samples that were loaded last.</summary>
    public int Count { get; private set; }

    /// <summary>Theirs: <c>[count · target size]</c>.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, Count * dataset.TargetSize);

    /// <summary>As many samples as one pass takes, or as are left.</summary>
    public void Load(ReadOnlySpan<int> samples)
    {
        Count = Math.Min(pass.Batch, samples.Length);
        var input = pass.Input;
        for (var i = 0; i < Count; i++)
        {
            dataset.Inputs.AsSpan(samples[i] * dataset.SampleSize, dataset.SampleSize).CopyTo(input[(i * dataset.SampleSize)..]);
            dataset.TargetsOf(samples[i]).CopyTo(targets.AsSpan(i * dataset.TargetSize));
        }
    }
}
