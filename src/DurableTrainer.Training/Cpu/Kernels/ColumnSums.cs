using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>The sum of each column of a matrix with columns next to each other.</summary>
internal static unsafe class ColumnSums
{
    public static void Write(in Matrix source, TensorBuffer target, int targetOffset = 0, bool accumulate = false)
    {
        var to = target.Pointer + targetOffset;
        if (!accumulate)
            new Span<float>(to, source.Columns).Clear();
        for (var row = 0; row < source.Rows; row++)
        {
            var from = source.Buffer.Pointer + source.Offset + (nint)row * source.RowStride;
            var column = 0;
            for (; column <= source.Columns - 8; column += 8)
                (Vector256.Load(to + column) + Vector256.Load(from + column)).Store(to + column);
            for (; column < source.Columns; column++)
                to[column] += from[column];
        }
    }
}
