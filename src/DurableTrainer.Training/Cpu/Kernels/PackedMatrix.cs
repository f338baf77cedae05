using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// The right operand of a product, <c>[depth, columns]</c>, as panels of 32 columns: each panel is row-major and contiguous, and the
/// last is filled up with zeros, so that a product reads it front to back in whole vectors.
/// </summary>
internal readonly record struct PackedMatrix(TensorBuffer Buffer, int Offset, int Depth, int Columns)
{
    public const int PanelWidth = 32;

    /// <summary>Rows of a transposed source that are copied before going on: their targets stay in the first cache.</summary>
    private const int TransposeBlock = 64;

    public PackedMatrix(int depth, int columns) : this(new TensorBuffer(LengthOf(depth, columns)), 0, depth, columns)
    {
    }

    public int Panels => PanelsOf(Columns);

    public static int PanelsOf(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    public static long LengthOf(int depth, int columns) => (long)depth * PanelsOf(columns) * PanelWidth;

    public int PanelOffset(int panel) => Offset + panel * Depth * PanelWidth;

    public int PanelColumns(int panel) => Math.Min(PanelWidth, Columns - panel * PanelWidth);

    public void Pack(in Matrix source)
    {
        for (var panel = 0; panel < Panels; panel++)
            PackPanel(source, panel);
    }

    public unsafe void PackPanel(in Matrix source, int panel)
    {
        var width = PanelColumns(panel);
        var from = source.Buffer.Pointer + source.Offset + (nint)panel * PanelWidth * source.ColumnStride;
        var to = Buffer.Pointer + PanelOffset(panel);
        if (width < PanelWidth)
            new Span<float>(to, Depth * PanelWidth).Clear();
        if (source.ColumnStride == 1)
            CopyRows(from, source.RowStride, to, width);
        else
            CopyColumns(from, source.RowStride, source.ColumnStride, to, width);
    }

    private unsafe void CopyRows(float* from, nint rowStride, float* to, int width)
    {
        for (var row = 0; row < Depth; row++, from += rowStride, to += PanelWidth)
        {
            if (width == PanelWidth)
            {
                Vector512.Load(from).Store(to);
                Vector512.Load(from + 16).Store(to + 16);
            }
            else
            {
                for (var column = 0; column < width; column++)
                    to[column] = from[column];
            }
        }
    }

    private unsafe void CopyColumns(float* from, nint rowStride, nint columnStride, float* to, int width)
    {
        for (var first = 0; first < Depth; first += TransposeBlock)
        {
            var end = Math.Min(Depth, first + TransposeBlock);
            for (var column = 0; column < width; column++)
            {
                for (var row = first; row < end; row++)
                    to[row * PanelWidth + column] = from[row * rowStride + column * columnStride];
            }
        }
    }
}
