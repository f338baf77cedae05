using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Tiles of a product in 512-bit registers.</summary>
internal static unsafe class MatrixTile512
{
    /// <summary>8 rows by 32 columns: 16 accumulators hide the latency of two multiply-add units.</summary>
    public static void Run32(in TileWork work)
    {
        var a0 = work.A;
        var a1 = work.A + Math.Min(1, work.Rows - 1) * work.ARow;
        var a2 = work.A + Math.Min(2, work.Rows - 1) * work.ARow;
        var a3 = work.A + Math.Min(3, work.Rows - 1) * work.ARow;
        var a4 = work.A + Math.Min(4, work.Rows - 1) * work.ARow;
        var a5 = work.A + Math.Min(5, work.Rows - 1) * work.ARow;
        var a6 = work.A + Math.Min(6, work.Rows - 1) * work.ARow;
        var a7 = work.A + Math.Min(7, work.Rows - 1) * work.ARow;
        var b = work.B;
        var start0 = work.Bias is null ? Vector512<float>.Zero : Vector512.Load(work.Bias);
        var start1 = work.Bias is null ? Vector512<float>.Zero : Vector512.Load(work.Bias + 16);
        var c00 = start0; var c01 = start1;
        var c10 = start0; var c11 = start1;
        var c20 = start0; var c21 = start1;
        var c30 = start0; var c31 = start1;
        var c40 = start0; var c41 = start1;
        var c50 = start0; var c51 = start1;
        var c60 = start0; var c61 = start1;
        var c70 = start0; var c71 = start1;
        nint offset = 0;
        for (var p = work.Depth; p > 0; p--)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a0[offset]);
            c00 = Vector512.FusedMultiplyAdd(x0, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x0, b1, c01);
            var x1 = Vector512.Create(a1[offset]);
            c10 = Vector512.FusedMultiplyAdd(x1, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x1, b1, c11);
            var x2 = Vector512.Create(a2[offset]);
            c20 = Vector512.FusedMultiplyAdd(x2, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x2, b1, c21);
            var x3 = Vector512.Create(a3[offset]);
            c30 = Vector512.FusedMultiplyAdd(x3, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x3, b1, c31);
            var x4 = Vector512.Create(a4[offset]);
            c40 = Vector512.FusedMultiplyAdd(x4, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x4, b1, c41);
            var x5 = Vector512.Create(a5[offset]);
            c50 = Vector512.FusedMultiplyAdd(x5, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x5, b1, c51);
            var x6 = Vector512.Create(a6[offset]);
            c60 = Vector512.FusedMultiplyAdd(x6, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(x6, b1, c61);
            var x7 = Vector512.Create(a7[offset]);
            c70 = Vector512.FusedMultiplyAdd(x7, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(x7, b1, c71);
            b += PackedMatrix.PanelWidth;
            offset += work.AColumn;
        }

        Store(work, 0, c00, c01);
        Store(work, 1, c10, c11);
        Store(work, 2, c20, c21);
        Store(work, 3, c30, c31);
        Store(work, 4, c40, c41);
        Store(work, 5, c50, c51);
        Store(work, 6, c60, c61);
        Store(work, 7, c70, c71);
    }

    /// <summary>8 rows by the first 16 columns of a panel, for last panels that hold no more.</summary>
    public static void Run16(in TileWork work)
    {
        var a0 = work.A;
        var a1 = work.A + Math.Min(1, work.Rows - 1) * work.ARow;
        var a2 = work.A + Math.Min(2, work.Rows - 1) * work.ARow;
        var a3 = work.A + Math.Min(3, work.Rows - 1) * work.ARow;
        var a4 = work.A + Math.Min(4, work.Rows - 1) * work.ARow;
        var a5 = work.A + Math.Min(5, work.Rows - 1) * work.ARow;
        var a6 = work.A + Math.Min(6, work.Rows - 1) * work.ARow;
        var a7 = work.A + Math.Min(7, work.Rows - 1) * work.ARow;
        var b = work.B;
        var start0 = work.Bias is null ? Vector512<float>.Zero : Vector512.Load(work.Bias);
        var c00 = start0;
        var c10 = start0;
        var c20 = start0;
        var c30 = start0;
        var c40 = start0;
        var c50 = start0;
        var c60 = start0;
        var c70 = start0;
        nint offset = 0;
        for (var p = work.Depth; p > 0; p--)
        {
            var b0 = Vector512.Load(b);
            c00 = Vector512.FusedMultiplyAdd(Vector512.Create(a0[offset]), b0, c00);
            c10 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[offset]), b0, c10);
            c20 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[offset]), b0, c20);
            c30 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[offset]), b0, c30);
            c40 = Vector512.FusedMultiplyAdd(Vector512.Create(a4[offset]), b0, c40);
            c50 = Vector512.FusedMultiplyAdd(Vector512.Create(a5[offset]), b0, c50);
            c60 = Vector512.FusedMultiplyAdd(Vector512.Create(a6[offset]), b0, c60);
            c70 = Vector512.FusedMultiplyAdd(Vector512.Create(a7[offset]), b0, c70);
            b += PackedMatrix.PanelWidth;
            offset += work.AColumn;
        }

        Store(work, 0, c00);
        Store(work, 1, c10);
        Store(work, 2, c20);
        Store(work, 3, c30);
        Store(work, 4, c40);
        Store(work, 5, c50);
        Store(work, 6, c60);
        Store(work, 7, c70);
    }

    private static void Store(in TileWork work, int row, Vector512<float> v0, Vector512<float> v1)
    {
        if (row >= work.Rows)
            return;
        var c = work.C + row * work.CRow;
        if (work.Columns == 32)
        {
            (work.Accumulate ? v0 + Vector512.Load(c) : v0).Store(c);
            (work.Accumulate ? v1 + Vector512.Load(c + 16) : v1).Store(c + 16);
            return;
        }

        var values = stackalloc float[32];
        v0.Store(values);
        v1.Store(values + 16);
        for (var column = 0; column < work.Columns; column++)
            c[column] = work.Accumulate ? values[column] + c[column] : values[column];
    }

    private static void Store(in TileWork work, int row, Vector512<float> v0)
    {
        if (row >= work.Rows)
            return;
        var c = work.C + row * work.CRow;
        if (work.Columns == 16)
        {
            (work.Accumulate ? v0 + Vector512.Load(c) : v0).Store(c);
            return;
        }

        var values = stackalloc float[16];
        v0.Store(values);
        for (var column = 0; column < work.Columns; column++)
            c[column] = work.Accumulate ? values[column] + c[column] : values[column];
    }
}
