namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>The part of a window that lies in the image, in places of the image.</summary>
internal readonly struct PoolWindow
{
    private readonly int width, channels, size, top, left;

    public PoolWindow(in ImageGeometry geometry, int place)
    {
        (width, channels, size) = (geometry.Width, geometry.Channels, geometry.Size);
        var (y, x) = Math.DivRem(place, geometry.OutputWidth);
        (top, left) = (y * geometry.Stride - geometry.Padding, x * geometry.Stride - geometry.Padding);
        (FirstY, EndY) = (Math.Max(0, top), Math.Min(geometry.Height, top + size));
        (FirstX, EndX) = (Math.Max(0, left), Math.Min(geometry.Width, left + size));
    }

    public int FirstY { get; }

    public int EndY { get; }

    public int FirstX { get; }

    public int EndX { get; }

    public int FirstTap => Tap(FirstY, FirstX);

    /// <summary>Of a place's first channel in the image.</summary>
    public int Offset(int y, int x) => (y * width + x) * channels;

    /// <summary>Number of a place in the window.</summary>
    public int Tap(int y, int x) => (y - top) * size + x - left;
}
