namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// C = A B (+ bias, or + C) in tiles that stay in registers. Every element is one chain of fused multiply-adds in the order of the
/// depth, so the result depends neither on the width of the vectors nor on how the tiles are shared out among threads.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Rows of A that one job of <see cref="Jobs"/> covers.</summary>
    public const int JobRows = 64;

    /// <summary>All of C.</summary>
    /// <param name="a"><c>[rows, depth]</c>, with any strides.</param>
    /// <param name="b"><c>[depth, columns]</c></param>
    /// <param name="c"><c>[rows, columns]</c>, with columns next to each other.</param>
    /// <param name="bias"><c>[columns]</c>, added to each row; none when null.</param>
    /// <param name="accumulate">Whether the product is added to what C holds.</param>
    /// <param name="path">Which kernels; the machine's fastest when null.</param>
    public static void Multiply(
        in Matrix a, in PackedMatrix b, in Matrix c, TensorBuffer? bias = null, bool accumulate = false, KernelPath? path = null)
    {
        for (var panel = 0; panel < b.Panels; panel++)
            MultiplyPanel(a, b, panel, c, bias, 0, accumulate, path);
    }

    /// <summary>How many independent jobs a product falls into; <see cref="MultiplyJob"/> does one.</summary>
    public static int Jobs(int rows, int columns) => PackedMatrix.PanelsOf(columns) * ((rows + JobRows - 1) / JobRows);

    /// <returns>The part of C that is now done.</returns>
    public static Matrix MultiplyJob(
        in Matrix a, in PackedMatrix b, int job, in Matrix c, TensorBuffer? bias = null, KernelPath? path = null)
    {
        var (block, panel) = Math.DivRem(job, b.Panels);
        var rows = Math.Min(JobRows, a.Rows - block * JobRows);
        var part = c.RowRange(block * JobRows, rows);
        MultiplyPanel(a.RowRange(block * JobRows, rows), b, panel, part, bias, path: path);
        return part.ColumnRange(panel * PackedMatrix.PanelWidth, b.PanelColumns(panel));
    }

    /// <summary>The columns of C that one panel of B covers.</summary>
    public static void MultiplyPanel(
        in Matrix a, in PackedMatrix b, int panel, in Matrix c, TensorBuffer? bias = null, int biasOffset = 0, bool accumulate = false,
        KernelPath? path = null)
    {
        var work = Work(b, panel, c, bias, biasOffset, accumulate);
        work.A = a.Buffer.Pointer + a.Offset;
        (work.ARow, work.AColumn, work.Rows) = (a.RowStride, a.ColumnStride, a.Rows);
        Run(work, path);
    }

    public static void MultiplyPanel(
        in ListedMatrix a, in PackedMatrix b, int panel, in Matrix c, TensorBuffer? bias = null, int biasOffset = 0, bool accumulate = false,
        KernelPath? path = null)
    {
        var work = Work(b, panel, c, bias, biasOffset, accumulate);
        work.A = a.Buffer.Pointer + a.Offset;
        work.RowOffsets = a.RowOffsets.Pointer;
        work.ColumnOffsets = a.ColumnOffsets.Pointer;
        work.Rows = a.Rows;
        Run(work, path);
    }

    internal static void Run(in TileWork work, KernelPath? path)
    {
        switch (path ?? KernelPaths.Fastest)
        {
            case KernelPath.Avx512:
                MatrixTile512.Run(work);
                break;
            case KernelPath.Avx2:
                MatrixTile256.Run(work);
                break;
            default:
                MatrixTile128.Run(work);
                break;
        }
    }

    private static TileWork Work(in PackedMatrix b, int panel, in Matrix c, TensorBuffer? bias, int biasOffset, bool accumulate)
    {
        var column = panel * PackedMatrix.PanelWidth;
        return new TileWork
        {
            B = b.Buffer.Pointer + b.PanelOffset(panel),
            BRow = b.RowStride,
            Bias = bias is null ? null : bias.Pointer + biasOffset + column,
            C = c.Buffer.Pointer + c.Offset + column,
            CRow = c.RowStride,
            Columns = b.PanelColumns(panel),
            Depth = b.Depth,
            Accumulate = accumulate,
        };
    }
}
