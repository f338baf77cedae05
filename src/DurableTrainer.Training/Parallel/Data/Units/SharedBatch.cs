using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>A batch that several units share, in memory that is used again for the next.</summary>
/// <param name="most">The most samples.</param>
/// <param name="sampleSize">Numbers in a sample.</param>
/// <param name="outputSize">Numbers that the model gives for one.</param>
/// <param name="parameters">Numbers of parameters and state.</param>
internal sealed class SharedBatch(int most, int sampleSize, int outputSize, int parameters)
{
    /// <summary><c>[most, …sample]</c></summary>
    public float[] Inputs { get; } = new float[checked(most * sampleSize)];

    /// <summary><c>[most, …output]</c></summary>
    public float[] Outputs { get; } = new float[checked(most * outputSize)];

    /// <summary>Parameters, and state after them, that all units begin with.</summary>
    public float[] Parameters { get; } = new float[parameters];

    /// <summary><c>[count, targets of a sample]</c></summary>
    public float[] Targets { get; private set; } = [];

    /// <summary>The way through the model that all of it takes.</summary>
    public Pass Pass { get; private set; }

    public int SampleSize => sampleSize;

    public int OutputSize => outputSize;

    /// <summary>Targets of a sample.</summary>
    public int TargetSize => Targets.Length / Pass.Count;

    public void Take(in Pass pass, ReadOnlySpan<float> targets)
    {
        Pass = pass;
        if (Targets.Length != targets.Length)
            Targets = new float[targets.Length];
        targets.CopyTo(Targets);
    }
}
