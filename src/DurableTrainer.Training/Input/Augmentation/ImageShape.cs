namespace DurableTrainer.Training.Input.Augmentation;

/// <summary>The shape of an image <c>[channels, height, width]</c>.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    public static ImageShape Of(IReadOnlyList<int> shape) => new(shape[0], shape[1], shape[2]);

    /// <summary>One row of one channel.</summary>
    public Span<float> Row(Span<float> image, int channel, int row) => image.Slice((channel * Height + row) * Width, Width);
}
