using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// The way back of convolution as a product, for windows that jump: each row of a matrix goes to the window of an image that it belongs
/// to. A window's columns lie next to each other in the image, so they are added together.
/// </summary>
internal static unsafe class ImageWindows
{
    /// <summary>Adds each row of <c>[size, size, channels]</c> to the window of the images that it belongs to.</summary>
    /// <param name="images"><c>[batch, height, width, imageChannels]</c></param>
    /// <param name="imageChannels">Channels of the images, of which the geometry's number is taken.</param>
    /// <param name="firstChannel">The first that is taken.</param>
    /// <param name="geometry">Of the window, with as many channels as are taken.</param>
    /// <param name="firstLine">The first line of outputs; lines count through all images of the batch.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="rows"><c>[lines · output width, size · size · channels]</c></param>
    /// <param name="rowsOffset">Where the rows start.</param>
    public static void Scatter(
        TensorBuffer images, int imageChannels, int firstChannel, in ImageGeometry geometry, int firstLine, int lines, TensorBuffer rows,
        int rowsOffset)
    {
        var from = rows.Pointer + rowsOffset;
        var tapRow = geometry.Size * geometry.Channels;
        for (var line = firstLine; line < firstLine + lines; line++)
        {
            var (image, y) = Math.DivRem(line, geometry.OutputHeight);
            var (firstY, endY) = geometry.Inside(y, geometry.Height);
            var target = Start(images, imageChannels, firstChannel, geometry, image, y);
            for (var x = 0; x < geometry.OutputWidth; x++, from += geometry.Size * tapRow)
            {
                var (firstX, endX) = geometry.Inside(x, geometry.Width);
                for (var tapY = firstY; tapY < endY; tapY++)
                {
                    var to = target + ((nint)tapY * geometry.Width + x * geometry.Stride + firstX) * imageChannels;
                    var source = from + tapY * tapRow + firstX * geometry.Channels;
                    if (imageChannels == geometry.Channels)
                    {
                        Add(source, to, (endX - firstX) * geometry.Channels);
                    }
                    else
                    {
                        for (var tapX = firstX; tapX < endX; tapX++, source += geometry.Channels, to += imageChannels)
                            Add(source, to, geometry.Channels);
                    }
                }
            }
        }
    }

    /// <summary>Where a line's first window starts; with padding that lies before the image, or before its line.</summary>
    private static float* Start(TensorBuffer images, int imageChannels, int firstChannel, in ImageGeometry geometry, int image, int y) =>
        images.Pointer + firstChannel
        + ((nint)image * geometry.Height * geometry.Width
            + (nint)(y * geometry.Stride - geometry.Padding) * geometry.Width - geometry.Padding) * imageChannels;

    private static void Add(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 16; i += 16)
            (Vector512.Load(to + i) + Vector512.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }
}
