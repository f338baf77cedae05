using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// The right operand of a product, <c>[depth, columns]</c>, as panels of 32 columns: each panel is row-major and contiguous, and the
/// last is filled up with zeros, so that a product reads it front to back in whole vectors. A matrix of 16 columns or fewer is a single
/// panel of 16.
/// </summary>
internal readonly record struct PackedMatrix(TensorBuffer Buffer, int Offset, int Depth, int Columns)
{
    public const int PanelWidth = 32;
    private const int NarrowWidth = 16;

    public PackedMatrix(int depth, int columns) : this(new TensorBuffer(LengthOf(depth, columns)), 0, depth, columns)
    {
    }

    /// <summary>From one row of a panel to the next.</summary>
    public int RowStride { get; private init; } = WidthOf(Columns);

    public int Panels => PanelsOf(Columns);

    public static int PanelsOf(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    public static long LengthOf(int depth, int columns) => (long)depth * PanelsOf(columns) * WidthOf(columns);

    /// <summary>
    /// A matrix with columns next to each other as it is: panels are then read with what lies beside them, and that is never kept. For
    /// products that read it too few times to be worth a copy.
    /// </summary>
    public static PackedMatrix Unpacked(in Matrix source) =>
        new(source.Buffer, source.Offset, source.Rows, source.Columns) { RowStride = source.RowStride };

    // Where rows are as wide as a panel there is one panel, so it does not matter how they follow each other.
    public int PanelOffset(int panel) => Offset + panel * (RowStride == PanelWidth ? Depth * PanelWidth : PanelWidth);

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
        if (width < RowStride)
            new Span<float>(to, Depth * RowStride).Clear();
        if (source.ColumnStride == 1)
            CopyRows(from, source.RowStride, to, width);
        else if (source.RowStride == 1)
            Transposition.Write(from, source.ColumnStride, width, Depth, to, RowStride);
        else
            CopyElements(from, source.RowStride, source.ColumnStride, to, width);
    }

    /// <summary>
    /// Of rows (i, j) = i · period + j, those with one j: as a matrix over i, transposed to the rows with the same j of another packed
    /// matrix.
    /// </summary>
    /// <param name="first">j</param>
    /// <param name="period">How many j there are.</param>
    /// <param name="target">Has as many rows (i, j) as this has columns, and the other way round.</param>
    public unsafe void TransposeRows(int first, int period, in PackedMatrix target)
    {
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var to = 0; to < target.Panels; to++)
            {
                Transposition.Write(
                    Buffer.Pointer + PanelOffset(panel) + (to * PanelWidth * period + first) * RowStride,
                    period * RowStride,
                    target.PanelColumns(to),
                    PanelColumns(panel),
                    target.Buffer.Pointer + target.PanelOffset(to) + (panel * PanelWidth * period + first) * target.RowStride,
                    period * target.RowStride);
            }
        }
    }

    private static int WidthOf(int columns) => columns <= NarrowWidth ? NarrowWidth : PanelWidth;

    private unsafe void CopyRows(float* from, nint rowStride, float* to, int width)
    {
        for (var row = 0; row < Depth; row++, from += rowStride, to += RowStride)
        {
            if (width == PanelWidth)
            {
                Vector256.Load(from).Store(to);
                Vector256.Load(from + 8).Store(to + 8);
                Vector256.Load(from + 16).Store(to + 16);
                Vector256.Load(from + 24).Store(to + 24);
            }
            else
            {
                Rows.Copy(from, to, width);
            }
        }
    }

    private unsafe void CopyElements(float* from, nint rowStride, nint columnStride, float* to, int width)
    {
        for (var row = 0; row < Depth; row++, from += rowStride, to += RowStride)
        {
            for (var column = 0; column < width; column++)
                to[column] = from[column * columnStride];
        }
    }
}
