namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Some lines of windows: all of several images, or some of one.</summary>
/// <param name="Image">The first image.</param>
/// <param name="Images">How many.</param>
/// <param name="Line">The first line of an image.</param>
/// <param name="Lines">How many of each image.</param>
internal readonly record struct ImageBlock(int Image, int Images, int Line, int Lines);

/// <summary>
/// Convolution as a product (Chellapilla et al. 2006) without making its operand: each window of <c>[channels, size, size]</c> values is
/// a row of a matrix, and where a value lies is the sum of where its window starts and where it lies in any window. Images with padding
/// are first copied with their margin of zeros, a block that stays in a cache at a time.
/// </summary>
internal sealed unsafe class ImageBlocks
{
    /// <summary>Values of a block, with its margins.</summary>
    private const int MostValues = 64 * 1024;

    /// <summary>Windows that a block has at least, if there are so many.</summary>
    private const int FewWindows = 256;

    private readonly ImageGeometry geometry;
    private readonly int images, lines, width, imageLines;
    private readonly OffsetTable starts;
    private readonly OffsetTable elements;

    /// <param name="geometry">Of windows over the images, with all channels.</param>
    /// <param name="windowChannels">Channels of a window: those of a group.</param>
    /// <param name="batch">The most images.</param>
    /// <param name="reversed">Whether each channel of a window is read from its end to its start.</param>
    public ImageBlocks(in ImageGeometry geometry, int windowChannels, int batch, bool reversed = false)
    {
        this.geometry = geometry;
        width = InPlace ? geometry.Width : (geometry.OutputWidth - 1) * geometry.Stride + geometry.Size;
        var fitting = (MostValues / ((long)width * geometry.Channels) - geometry.Size) / geometry.Stride + 1;
        lines = (int)Math.Clamp(fitting, 1, geometry.OutputHeight);
        imageLines = InPlace ? geometry.Height : (lines - 1) * geometry.Stride + geometry.Size;
        var most = lines < geometry.OutputHeight ? 1 : MostValues / ((long)width * imageLines * geometry.Channels);
        images = (int)Math.Clamp(Math.Min(most, FewWindows / geometry.Places), 1, batch);
        starts = Starts();
        elements = Elements(windowChannels, reversed);
    }

    /// <summary>Values of a block with its margins; 0 when images are read in place.</summary>
    public int BufferLength => InPlace ? 0 : images * imageLines * width * geometry.Channels;

    public int MostWindows => images * lines * geometry.OutputWidth;

    private bool InPlace => geometry.Padding == 0;

    public int BlocksOfImage => (geometry.OutputHeight + lines - 1) / lines;

    public int Count(int count) => images > 1 ? (count + images - 1) / images : count * BlocksOfImage;

    public ImageBlock Block(int number, int count)
    {
        if (images > 1)
            return new ImageBlock(number * images, Math.Min(images, count - number * images), 0, geometry.OutputHeight);
        return BlockOfOne(number);
    }

    /// <summary>The same when no block covers several images.</summary>
    public ImageBlock BlockOfOne(int number)
    {
        var (image, part) = Math.DivRem(number, BlocksOfImage);
        return new ImageBlock(image, 1, part * lines, Math.Min(lines, geometry.OutputHeight - part * lines));
    }

    /// <summary>Number of a block's first window in the batch.</summary>
    public int FirstWindow(in ImageBlock block) => (block.Image * geometry.OutputHeight + block.Line) * geometry.OutputWidth;

    public int Windows(in ImageBlock block) => block.Images * block.Lines * geometry.OutputWidth;

    /// <summary>A block's windows as rows, in the channels from one on.</summary>
    /// <param name="source"><c>[batch, height, width, channels]</c></param>
    /// <param name="block">Which windows.</param>
    /// <param name="firstChannel">The first that windows take.</param>
    /// <param name="buffer">Where <see cref="Load"/> put the block.</param>
    /// <param name="offset">In that buffer.</param>
    public ListedMatrix Rows(TensorBuffer source, in ImageBlock block, int firstChannel, TensorBuffer buffer, int offset)
    {
        var (from, start) = InPlace
            ? (source, (block.Image * geometry.Height + block.Line * geometry.Stride) * geometry.Width * geometry.Channels)
            : (buffer, offset);
        return new ListedMatrix(from, start + firstChannel, starts, elements, Windows(block), elements.Span.Length);
    }

    /// <summary>Copies what a block's windows see to a buffer, with zeros around; nothing when images are read in place.</summary>
    public void Load(TensorBuffer source, in ImageBlock block, TensorBuffer buffer, int offset)
    {
        if (InPlace)
            return;
        var to = buffer.Pointer + offset;
        var length = width * geometry.Channels;
        var left = Math.Min(length, geometry.Padding * geometry.Channels);
        var inside = Math.Min(geometry.Width * geometry.Channels, length - left);
        for (var image = block.Image; image < block.Image + block.Images; image++)
        {
            var first = block.Line * geometry.Stride - geometry.Padding;
            for (var line = first; line < first + imageLines; line++, to += length)
            {
                if (line < 0 || line >= geometry.Height)
                {
                    new Span<float>(to, length).Clear();
                    continue;
                }

                var from = source.Pointer + ((nint)image * geometry.Height + line) * geometry.Width * geometry.Channels;
                new Span<float>(to, left).Clear();
                new Span<float>(from, inside).CopyTo(new Span<float>(to + left, inside));
                new Span<float>(to + left + inside, length - left - inside).Clear();
            }
        }
    }

    private OffsetTable Starts()
    {
        var table = new OffsetTable(MostWindows);
        for (var window = 0; window < MostWindows; window++)
        {
            var (line, x) = Math.DivRem(window, geometry.OutputWidth);
            var (image, y) = Math.DivRem(line, lines);
            table.Span[window] = ((image * imageLines + y * geometry.Stride) * width + x * geometry.Stride) * geometry.Channels;
        }

        return table;
    }

    private OffsetTable Elements(int channels, bool reversed)
    {
        var taps = geometry.Size * geometry.Size;
        var table = new OffsetTable(channels * taps);
        for (var element = 0; element < channels * taps; element++)
        {
            var (channel, tap) = Math.DivRem(element, taps);
            var (y, x) = Math.DivRem(reversed ? taps - 1 - tap : tap, geometry.Size);
            table.Span[element] = (y * width + x) * geometry.Channels + channel;
        }

        return table;
    }
}
