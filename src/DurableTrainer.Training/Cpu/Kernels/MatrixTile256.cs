using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Tiles of a product in 256-bit registers; also for machines with smaller ones, where each becomes several.</summary>
/// <remarks>Stores as <see cref="MatrixTile512"/> does.</remarks>
internal static unsafe class MatrixTile256
{
    /// <summary>4 rows by 16 columns of a panel.</summary>
    [SkipLocalsInit]
    public static void Run16(in TileWork work)
    {
        var part = stackalloc float[64];
        var b = work.B;
        var aColumn = work.AColumn;
        var a0 = work.A;
        var a1 = work.A + Math.Min(1, work.Rows - 1) * work.ARow;
        var a2 = work.A + Math.Min(2, work.Rows - 1) * work.ARow;
        var a3 = work.A + Math.Min(3, work.Rows - 1) * work.ARow;
        var start0 = work.Bias is null ? Vector256<float>.Zero : Vector256.Load(work.Bias);
        var start1 = work.Bias is null ? Vector256<float>.Zero : Vector256.Load(work.Bias + 8);
        var c00 = start0; var c01 = start1;
        var c10 = start0; var c11 = start1;
        var c20 = start0; var c21 = start1;
        var c30 = start0; var c31 = start1;
        nint offset = 0;
        for (var p = work.Depth; p > 0; p--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a0[offset]);
            c00 = Vector256.FusedMultiplyAdd(x0, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x0, b1, c01);
            var x1 = Vector256.Create(a1[offset]);
            c10 = Vector256.FusedMultiplyAdd(x1, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x1, b1, c11);
            var x2 = Vector256.Create(a2[offset]);
            c20 = Vector256.FusedMultiplyAdd(x2, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x2, b1, c21);
            var x3 = Vector256.Create(a3[offset]);
            c30 = Vector256.FusedMultiplyAdd(x3, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x3, b1, c31);
            b += PackedMatrix.PanelWidth;
            offset += aColumn;
        }

        var whole = work.Rows == 4 && work.Columns == 16;
        var target = whole ? work.C : part;
        var row = whole ? work.CRow : 16;
        if (whole && work.Accumulate)
        {
            c00 += Vector256.Load(target); c01 += Vector256.Load(target + 8);
            c10 += Vector256.Load(target + row); c11 += Vector256.Load(target + row + 8);
            c20 += Vector256.Load(target + 2 * row); c21 += Vector256.Load(target + 2 * row + 8);
            c30 += Vector256.Load(target + 3 * row); c31 += Vector256.Load(target + 3 * row + 8);
        }

        c00.Store(target);
        c01.Store(target + 8);
        c10.Store(target + row);
        c11.Store(target + row + 8);
        c20.Store(target + 2 * row);
        c21.Store(target + 2 * row + 8);
        c30.Store(target + 3 * row);
        c31.Store(target + 3 * row + 8);
        if (!whole)
            work.Keep(part, 16);
    }
}
