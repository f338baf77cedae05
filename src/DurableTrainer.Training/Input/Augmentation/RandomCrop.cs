using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Input.Augmentation;

/// <inheritdoc cref="Core.Training.RandomCropSpec"/>
internal sealed class RandomCrop(ImageShape shape, int padding) : SampleChange
{
    public override void Apply(Span<float> inputs, Span<float> scratch, KeyedRandom random)
    {
        // Where the cut begins, seen from the corner of the image without its padding.
        var (down, right) = (random.NextInt32(2 * padding + 1) - padding, random.NextInt32(2 * padding + 1) - padding);
        if (down == 0 && right == 0)
            return;
        inputs.CopyTo(scratch);
        inputs.Clear();
        var width = shape.Width - Math.Abs(right);
        if (width <= 0)
            return;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var row = Math.Max(0, -down); row < Math.Min(shape.Height, shape.Height - down); row++)
            {
                var from = shape.Row(scratch, channel, row + down).Slice(Math.Max(0, right), width);
                from.CopyTo(shape.Row(inputs, channel, row)[Math.Max(0, -right)..]);
            }
        }
    }
}
