using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Tiles of a product in 256-bit registers.</summary>
/// <remarks>Stores as <see cref="MatrixTile512"/> does.</remarks>
internal static unsafe class MatrixTile256
{
    private const int Rows = 6;
    private const int Columns = 16;

    /// <summary>Any number of rows times a panel.</summary>
    public static void Run(in TileWork panel)
    {
        for (var column = 0; column < panel.Columns; column += Columns)
        {
            for (var work = panel.From(column, Columns); work.Rows > 0; work.Skip(Rows))
            {
                if (work.ColumnOffsets is null)
                    Run<EvenSteps>(work);
                else
                    Run<ListedSteps>(work);
            }
        }
    }

    /// <summary>6 rows by 16 columns: 12 accumulators, two vectors of B and one of A fill the 16 registers.</summary>
    [SkipLocalsInit]
    public static void Run<TSteps>(in TileWork work)
        where TSteps : struct, IColumnSteps<TSteps>
    {
        var part = stackalloc float[96];
        var b = work.B;
        var bRow = work.BRow;
        var steps = TSteps.Start(work);
        var a0 = work.Row(0);
        var a1 = work.Row(1);
        var a2 = work.Row(2);
        var a3 = work.Row(3);
        var a4 = work.Row(4);
        var a5 = work.Row(5);
        var start0 = work.Bias is null ? Vector256<float>.Zero : Vector256.Load(work.Bias);
        var start1 = work.Bias is null ? Vector256<float>.Zero : Vector256.Load(work.Bias + 8);
        var c00 = start0; var c01 = start1;
        var c10 = start0; var c11 = start1;
        var c20 = start0; var c21 = start1;
        var c30 = start0; var c31 = start1;
        var c40 = start0; var c41 = start1;
        var c50 = start0; var c51 = start1;
        for (var p = work.Depth; p > 0; p--)
        {
            var offset = steps.Next();
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
            var x4 = Vector256.Create(a4[offset]);
            c40 = Vector256.FusedMultiplyAdd(x4, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x4, b1, c41);
            var x5 = Vector256.Create(a5[offset]);
            c50 = Vector256.FusedMultiplyAdd(x5, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x5, b1, c51);
            b += bRow;
        }

        var whole = work.Rows >= 6 && work.Columns >= 16;
        var target = whole ? work.C : part;
        var row = whole ? work.CRow : 16;
        if (whole && work.Accumulate)
        {
            c00 += Vector256.Load(target); c01 += Vector256.Load(target + 8);
            c10 += Vector256.Load(target + row); c11 += Vector256.Load(target + row + 8);
            c20 += Vector256.Load(target + 2 * row); c21 += Vector256.Load(target + 2 * row + 8);
            c30 += Vector256.Load(target + 3 * row); c31 += Vector256.Load(target + 3 * row + 8);
            c40 += Vector256.Load(target + 4 * row); c41 += Vector256.Load(target + 4 * row + 8);
            c50 += Vector256.Load(target + 5 * row); c51 += Vector256.Load(target + 5 * row + 8);
        }

        c00.Store(target);
        c01.Store(target + 8);
        c10.Store(target + row);
        c11.Store(target + row + 8);
        c20.Store(target + 2 * row);
        c21.Store(target + 2 * row + 8);
        c30.Store(target + 3 * row);
        c31.Store(target + 3 * row + 8);
        c40.Store(target + 4 * row);
        c41.Store(target + 4 * row + 8);
        c50.Store(target + 5 * row);
        c51.Store(target + 5 * row + 8);
        if (!whole)
            work.Keep(part, 16, 6);
    }
}
