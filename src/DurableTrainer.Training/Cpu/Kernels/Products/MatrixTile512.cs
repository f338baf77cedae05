using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Tiles of a product in 512-bit registers.</summary>
/// <remarks>
/// Accumulators must not live across a call: the compiler would then keep them in memory, in every round of the loop. So they are
/// stored without one, to C or, where the tile hangs over C's edge, to a whole tile beside it, from which the part in C is taken.
/// </remarks>
internal static unsafe class MatrixTile512
{
    private const int Rows = 8;

    /// <summary>Any number of rows times a panel.</summary>
    public static void Run(TileWork work)
    {
        for (; work.Rows > 0; work.Skip(Rows))
        {
            switch (work.Columns > 16, work.ColumnOffsets is null)
            {
                case (true, true):
                    Run32<EvenSteps>(work);
                    break;
                case (true, false):
                    Run32<ListedSteps>(work);
                    break;
                case (false, true):
                    Run16<EvenSteps>(work);
                    break;
                default:
                    Run16<ListedSteps>(work);
                    break;
            }
        }
    }

    /// <summary>8 rows by 32 columns: 16 accumulators hide the latency of two multiply-add units.</summary>
    [SkipLocalsInit]
    public static void Run32<TSteps>(in TileWork work)
        where TSteps : struct, IColumnSteps<TSteps>
    {
        var part = stackalloc float[256];
        var b = work.B;
        var bRow = work.BRow;
        var steps = TSteps.Start(work);
        var a0 = work.Row(0);
        var a1 = work.Row(1);
        var a2 = work.Row(2);
        var a3 = work.Row(3);
        var a4 = work.Row(4);
        var a5 = work.Row(5);
        var a6 = work.Row(6);
        var a7 = work.Row(7);
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
        for (var p = work.Depth; p > 0; p--)
        {
            var offset = steps.Next();
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
            b += bRow;
        }

        var whole = work.Rows >= 8 && work.Columns >= 32;
        var target = whole ? work.C : part;
        var row = whole ? work.CRow : 32;
        if (whole && work.Accumulate)
        {
            c00 += Vector512.Load(target); c01 += Vector512.Load(target + 16);
            c10 += Vector512.Load(target + row); c11 += Vector512.Load(target + row + 16);
            c20 += Vector512.Load(target + 2 * row); c21 += Vector512.Load(target + 2 * row + 16);
            c30 += Vector512.Load(target + 3 * row); c31 += Vector512.Load(target + 3 * row + 16);
            c40 += Vector512.Load(target + 4 * row); c41 += Vector512.Load(target + 4 * row + 16);
            c50 += Vector512.Load(target + 5 * row); c51 += Vector512.Load(target + 5 * row + 16);
            c60 += Vector512.Load(target + 6 * row); c61 += Vector512.Load(target + 6 * row + 16);
            c70 += Vector512.Load(target + 7 * row); c71 += Vector512.Load(target + 7 * row + 16);
        }

        c00.Store(target);
        c01.Store(target + 16);
        c10.Store(target + row);
        c11.Store(target + row + 16);
        c20.Store(target + 2 * row);
        c21.Store(target + 2 * row + 16);
        c30.Store(target + 3 * row);
        c31.Store(target + 3 * row + 16);
        c40.Store(target + 4 * row);
        c41.Store(target + 4 * row + 16);
        c50.Store(target + 5 * row);
        c51.Store(target + 5 * row + 16);
        c60.Store(target + 6 * row);
        c61.Store(target + 6 * row + 16);
        c70.Store(target + 7 * row);
        c71.Store(target + 7 * row + 16);
        if (!whole)
            work.Keep(part, 32, 8);
    }

    /// <summary>8 rows by the first 16 columns of a panel, for panels that hold no more.</summary>
    [SkipLocalsInit]
    public static void Run16<TSteps>(in TileWork work)
        where TSteps : struct, IColumnSteps<TSteps>
    {
        var part = stackalloc float[128];
        var b = work.B;
        var bRow = work.BRow;
        var steps = TSteps.Start(work);
        var a0 = work.Row(0);
        var a1 = work.Row(1);
        var a2 = work.Row(2);
        var a3 = work.Row(3);
        var a4 = work.Row(4);
        var a5 = work.Row(5);
        var a6 = work.Row(6);
        var a7 = work.Row(7);
        var start0 = work.Bias is null ? Vector512<float>.Zero : Vector512.Load(work.Bias);
        var c00 = start0;
        var c10 = start0;
        var c20 = start0;
        var c30 = start0;
        var c40 = start0;
        var c50 = start0;
        var c60 = start0;
        var c70 = start0;
        for (var p = work.Depth; p > 0; p--)
        {
            var offset = steps.Next();
            var b0 = Vector512.Load(b);
            c00 = Vector512.FusedMultiplyAdd(Vector512.Create(a0[offset]), b0, c00);
            c10 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[offset]), b0, c10);
            c20 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[offset]), b0, c20);
            c30 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[offset]), b0, c30);
            c40 = Vector512.FusedMultiplyAdd(Vector512.Create(a4[offset]), b0, c40);
            c50 = Vector512.FusedMultiplyAdd(Vector512.Create(a5[offset]), b0, c50);
            c60 = Vector512.FusedMultiplyAdd(Vector512.Create(a6[offset]), b0, c60);
            c70 = Vector512.FusedMultiplyAdd(Vector512.Create(a7[offset]), b0, c70);
            b += bRow;
        }

        var whole = work.Rows >= 8 && work.Columns >= 16;
        var target = whole ? work.C : part;
        var row = whole ? work.CRow : 16;
        if (whole && work.Accumulate)
        {
            c00 += Vector512.Load(target);
            c10 += Vector512.Load(target + row);
            c20 += Vector512.Load(target + 2 * row);
            c30 += Vector512.Load(target + 3 * row);
            c40 += Vector512.Load(target + 4 * row);
            c50 += Vector512.Load(target + 5 * row);
            c60 += Vector512.Load(target + 6 * row);
            c70 += Vector512.Load(target + 7 * row);
        }

        c00.Store(target);
        c10.Store(target + row);
        c20.Store(target + 2 * row);
        c30.Store(target + 3 * row);
        c40.Store(target + 4 * row);
        c50.Store(target + 5 * row);
        c60.Store(target + 6 * row);
        c70.Store(target + 7 * row);
        if (!whole)
            work.Keep(part, 16, 8);
    }
}
