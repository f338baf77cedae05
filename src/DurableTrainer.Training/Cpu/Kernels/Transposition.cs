using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Rows become columns, eight by eight in registers where the machine can.</summary>
internal static unsafe class Transposition
{
    private const int Block = 8;

    /// <summary>to ← fromᵀ, both with columns next to each other.</summary>
    public static void Write(in Matrix from, in Matrix to) =>
        Write(from.Buffer.Pointer + from.Offset, from.RowStride, from.Rows, from.Columns, to.Buffer.Pointer + to.Offset, to.RowStride);

    /// <summary>to[j, i] ← from[i, j]</summary>
    /// <param name="from"><c>[rows, columns]</c></param>
    /// <param name="fromStride">From one row to the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">How many.</param>
    /// <param name="to"><c>[columns, rows]</c></param>
    /// <param name="toStride">From one row of the target to the next.</param>
    public static void Write(float* from, nint fromStride, int rows, int columns, float* to, nint toStride)
    {
        var column = 0;
        if (Avx.IsSupported)
        {
            for (; column <= columns - Block; column += Block)
            {
                var row = 0;
                for (; row <= rows - Block; row += Block)
                    WriteBlock(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride);
                WriteElements(from, fromStride, row, rows, column, column + Block, to, toStride);
            }
        }

        WriteElements(from, fromStride, 0, rows, column, columns, to, toStride);
    }

    private static void WriteElements(
        float* from, nint fromStride, int firstRow, int endRow, int firstColumn, int endColumn, float* to, nint toStride)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            var source = from + row * fromStride;
            for (var column = firstColumn; column < endColumn; column++)
                to[column * toStride + row] = source[column];
        }
    }

    private static void WriteBlock(float* from, nint fromStride, float* to, nint toStride)
    {
        // Pairs of rows, then fours, interleave within halves of registers; halves are put together at the end.
        var (a0, a1) = Pair(from, from + fromStride);
        var (a2, a3) = Pair(from + 2 * fromStride, from + 3 * fromStride);
        var (a4, a5) = Pair(from + 4 * fromStride, from + 5 * fromStride);
        var (a6, a7) = Pair(from + 6 * fromStride, from + 7 * fromStride);
        var (b0, b1, b2, b3) = (Low(a0, a2), High(a0, a2), Low(a1, a3), High(a1, a3));
        var (b4, b5, b6, b7) = (Low(a4, a6), High(a4, a6), Low(a5, a7), High(a5, a7));
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toStride);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toStride);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toStride);
        Avx.Permute2x128(b0, b4, 0x31).Store(to + 4 * toStride);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + 5 * toStride);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 6 * toStride);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 7 * toStride);
    }

    private static (Vector256<float> Low, Vector256<float> High) Pair(float* first, float* second)
    {
        Vector256<float> a = Vector256.Load(first), b = Vector256.Load(second);
        return (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
    }

    private static Vector256<float> Low(Vector256<float> a, Vector256<float> b) => Avx.Shuffle(a, b, 0x44);

    private static Vector256<float> High(Vector256<float> a, Vector256<float> b) => Avx.Shuffle(a, b, 0xEE);
}
