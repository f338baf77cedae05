using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>Brings samples of a dataset into a pass's input, with their targets beside.</summary>
/// <param name="dataset">The samples.</param>
/// <param name="pass">Takes them.</param>
/// <param name="pipeline">Makes them ready; null where they are taken as they lie in memory.</param>
internal sealed class SampleBatch(Dataset dataset, IModelPass pass, InputPipeline? pipeline = null)
{
    private readonly float[] targets = new float[pass.Batch * dataset.TargetSize];

    /// <summary>Samples that were loaded last.</summary>
    public int Count { get; private set; }

    /// <summary>Theirs: <c>[count · target size]</c>.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, Count * dataset.TargetSize);

    /// <summary>Begins with an epoch: samples are loaded in this order, and all that a pass takes each time.</summary>
    public void Start(int[] order, int epoch) => pipeline?.Start(order, epoch);

    /// <summary>Ends with it, however far it came.</summary>
    public void Stop() => pipeline?.Stop();

    /// <summary>As many samples as one pass takes, or as are left.</summary>
    public void Load(ReadOnlySpan<int> samples)
    {
        Count = Math.Min(pass.Batch, samples.Length);
        var input = pass.Input;
        pipeline?.Take(input);
        for (var i = 0; i < Count; i++)
        {
            if (pipeline is null)
                dataset.InputsOf(samples[i]).CopyTo(input[(i * dataset.SampleSize)..]);
            dataset.TargetsOf(samples[i]).CopyTo(targets.AsSpan(i * dataset.TargetSize));
        }
    }
}
