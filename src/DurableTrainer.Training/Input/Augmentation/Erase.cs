using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Input.Augmentation;

/// <inheritdoc cref="Core.Training.EraseSpec"/>
internal sealed class Erase(ImageShape shape, int size) : SampleChange
{
    public override void Apply(Span<float> inputs, Span<float> scratch, KeyedRandom random)
    {
        var (top, bottom) = Range(random.NextInt32(shape.Height), shape.Height);
        var (left, right) = Range(random.NextInt32(shape.Width), shape.Width);
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var row = top; row < bottom; row++)
                shape.Row(inputs, channel, row)[left..right].Clear();
        }
    }

    /// <summary>The part of a side around a pixel that lies within the image.</summary>
    private (int First, int End) Range(int centre, int length)
    {
        var first = centre - size / 2;
        return (Math.Max(0, first), Math.Min(length, first + size));
    }
}
