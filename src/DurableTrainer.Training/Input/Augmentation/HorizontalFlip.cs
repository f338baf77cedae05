using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Input.Augmentation;

/// <inheritdoc cref="Core.Training.HorizontalFlipSpec"/>
internal sealed class HorizontalFlip(ImageShape shape, double probability) : SampleChange
{
    public override void Apply(Span<float> inputs, Span<float> scratch, KeyedRandom random)
    {
        if (random.NextDouble() >= probability)
            return;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var row = 0; row < shape.Height; row++)
                shape.Row(inputs, channel, row).Reverse();
        }
    }
}
