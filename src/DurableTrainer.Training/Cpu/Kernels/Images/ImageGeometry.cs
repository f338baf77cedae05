namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>A square window that slides over images of <c>[height, width, channels]</c>.</summary>
internal readonly record struct ImageGeometry(
    int Channels, int Height, int Width, int OutputHeight, int OutputWidth, int Size, int Stride, int Padding)
{
    public int InputSize => Height * Width * Channels;

    /// <summary>Windows of one image.</summary>
    public int Places => OutputHeight * OutputWidth;

    /// <summary>The first and the end of the window's rows (or columns) that lie in an image of that height (or width).</summary>
    public (int First, int End) Inside(int place, int length)
    {
        var start = place * Stride - Padding;
        var first = Math.Clamp(-start, 0, Size);
        return (first, Math.Clamp(length - start, first, Size));
    }
}
