using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Convolution as a product (Chellapilla et al. 2006): each window of an image becomes a row of <c>[size, size, channels]</c> values,
/// zeros where it hangs over the edge. A window's columns lie next to each other in the image, so they are copied together.
/// </summary>
internal static unsafe class ImageWindows
{
    /// <summary>Windows of lines of outputs to rows. Lines count through all images of the batch.</summary>
    /// <param name="images"><c>[batch, height, width, imageChannels]</c></param>
    /// <param name="imageChannels">Channels of the images, of which the geometry's number is taken.</param>
    /// <param name="firstChannel">The first that is taken.</param>
    /// <param name="geometry">Of the window, with as many channels as are taken.</param>
    /// <param name="firstLine">The first line of outputs.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="rows">Gets <c>[lines · output width, size · size · channels]</c>.</param>
    public static void Gather(
        TensorBuffer images, int imageChannels, int firstChannel, in ImageGeometry geometry, int firstLine, int lines, TensorBuffer rows)
    {
        var to = rows.Pointer;
        var tapRow = geometry.Size * geometry.Channels;
        for (var line = firstLine; line < firstLine + lines; line++)
        {
            var (image, y) = Math.DivRem(line, geometry.OutputHeight);
            var (firstY, endY) = geometry.Inside(y, geometry.Height);
            var source = Start(images, imageChannels, firstChannel, geometry, image, y);
            for (var x = 0; x < geometry.OutputWidth; x++, to += geometry.Size * tapRow)
            {
                var (firstX, endX) = geometry.Inside(x, geometry.Width);
                var inside = (endX - firstX) * geometry.Channels;
                if (inside < tapRow || endY - firstY < geometry.Size)
                    Clear(to, geometry.Size * tapRow);
                for (var tapY = firstY; tapY < endY; tapY++)
                {
                    var from = source + ((nint)tapY * geometry.Width + x * geometry.Stride + firstX) * imageChannels;
                    var target = to + tapY * tapRow + firstX * geometry.Channels;
                    if (imageChannels == geometry.Channels)
                        Copy(from, target, inside);
                    else
                        CopyPart(from, imageChannels, target, geometry.Channels, endX - firstX);
                }
            }
        }
    }

    /// <summary>The way back of <see cref="Gather"/>: adds each row to the window that it came from.</summary>
    public static void Scatter(
        TensorBuffer images, int imageChannels, int firstChannel, in ImageGeometry geometry, int firstLine, int lines, TensorBuffer rows)
    {
        var from = rows.Pointer;
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

    private static void Copy(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 16; i += 16)
            Vector512.Load(from + i).Store(to + i);
        for (; i < count; i++)
            to[i] = from[i];
    }

    private static void CopyPart(float* from, int fromStride, float* to, int channels, int places)
    {
        for (var place = 0; place < places; place++, from += fromStride, to += channels)
            Copy(from, to, channels);
    }

    private static void Add(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 16; i += 16)
            (Vector512.Load(to + i) + Vector512.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }

    private static void Clear(float* to, int count) => new Span<float>(to, count).Clear();
}
