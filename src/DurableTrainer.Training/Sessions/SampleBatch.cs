using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Sessions;

/// <summary>Brings samples of a dataset into an executable's input, with their targets beside.</summary>
internal sealed class SampleBatch(Dataset dataset, CpuExecutable executable)
{
    private readonly float[] targets = new float[executable.Batch * dataset.TargetSize];

    /// <summary>Samples that were loaded last.</summary>
    public int Count { get; private set; }

    /// <summary>Theirs: <c>[count · target size]</c>.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, Count * dataset.TargetSize);

    /// <summary>As many samples as the executable takes in one pass, or as are left.</summary>
    public void Load(ReadOnlySpan<int> samples)
    {
        Count = Math.Min(executable.Batch, samples.Length);
        for (var i = 0; i < Count; i++)
        {
            dataset.Inputs.AsSpan(samples[i] * dataset.SampleSize, dataset.SampleSize).CopyTo(executable.Input[(i * dataset.SampleSize)..]);
            dataset.TargetsOf(samples[i]).CopyTo(targets.AsSpan(i * dataset.TargetSize));
        }
    }
}
