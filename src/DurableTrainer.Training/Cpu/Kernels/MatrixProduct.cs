using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// C = A B (+ bias, or + C) in tiles that stay in registers. Every element is one chain of fused multiply-adds in the order of the
/// depth, so the result depends neither on the width of the vectors nor on how the tiles are shared out among threads.
/// </summary>
internal static unsafe class MatrixProduct
{
    public const int TileRows = 8;

    /// <summary>Rows of A that one job of <see cref="Jobs"/> covers.</summary>
    public const int JobRows = 64;

    /// <summary>All of C.</summary>
    /// <param name="a"><c>[rows, depth]</c>, with any strides.</param>
    /// <param name="b"><c>[depth, columns]</c></param>
    /// <param name="c"><c>[rows, columns]</c>, with columns next to each other.</param>
    /// <param name="bias"><c>[columns]</c>, added to each row; none when null.</param>
    /// <param name="accumulate">Whether the product is added to what C holds.</param>
    public static void Multiply(in Matrix a, in PackedMatrix b, in Matrix c, TensorBuffer? bias = null, bool accumulate = false)
    {
        for (var panel = 0; panel < b.Panels; panel++)
            MultiplyPanel(a, b, panel, c, bias, 0, accumulate);
    }

    /// <summary>How many independent jobs a product falls into; <see cref="MultiplyJob"/> does one.</summary>
    public static int Jobs(int rows, int columns) => PackedMatrix.PanelsOf(columns) * ((rows + JobRows - 1) / JobRows);

    /// <returns>The part of C that was computed.</returns>
    public static Matrix MultiplyJob(in Matrix a, in PackedMatrix b, int job, in Matrix c, TensorBuffer? bias = null)
    {
        var (block, panel) = Math.DivRem(job, b.Panels);
        var rows = Math.Min(JobRows, a.Rows - block * JobRows);
        var part = c.RowRange(block * JobRows, rows);
        MultiplyPanel(a.RowRange(block * JobRows, rows), b, panel, part, bias);
        return part with { Offset = part.Offset + panel * PackedMatrix.PanelWidth, Columns = b.PanelColumns(panel) };
    }

    /// <summary>The columns of C that one panel of B covers.</summary>
    public static void MultiplyPanel(
        in Matrix a, in PackedMatrix b, int panel, in Matrix c, TensorBuffer? bias = null, int biasOffset = 0, bool accumulate = false)
    {
        var column = panel * PackedMatrix.PanelWidth;
        var work = new TileWork
        {
            B = b.Buffer.Pointer + b.PanelOffset(panel),
            Bias = bias is null ? null : bias.Pointer + biasOffset + column,
            Columns = b.PanelColumns(panel),
            Depth = b.Depth,
            ARow = a.RowStride,
            AColumn = a.ColumnStride,
            CRow = c.RowStride,
            Accumulate = accumulate,
        };
        for (var row = 0; row < a.Rows; row += TileRows)
        {
            work.Rows = Math.Min(TileRows, a.Rows - row);
            work.A = a.Buffer.Pointer + a.Offset + (nint)row * a.RowStride;
            work.C = c.Buffer.Pointer + c.Offset + (nint)row * c.RowStride + column;
            if (Vector512.IsHardwareAccelerated)
                Run512(work);
            else
                Run256(work);
        }
    }

    internal static void Run512(in TileWork work)
    {
        if (work.Columns > 16)
            MatrixTile512.Run32(work);
        else
            MatrixTile512.Run16(work);
    }

    internal static void Run256(in TileWork work)
    {
        for (var row = 0; row < work.Rows; row += 4)
        {
            for (var column = 0; column < work.Columns; column += 16)
            {
                MatrixTile256.Run16(work with
                {
                    A = work.A + row * work.ARow,
                    B = work.B + column,
                    Bias = work.Bias is null ? null : work.Bias + column,
                    C = work.C + row * work.CRow + column,
                    Rows = Math.Min(4, work.Rows - row),
                    Columns = Math.Min(16, work.Columns - column),
                });
            }
        }
    }
}
