using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Input.Augmentation;

/// <inheritdoc cref="Core.Training.NoiseSpec"/>
internal sealed class Noise(double deviation) : SampleChange
{
    public override void Apply(Span<float> inputs, Span<float> scratch, KeyedRandom random)
    {
        foreach (ref var input in inputs)
            input += (float)(deviation * random.NextGaussian());
    }
}
