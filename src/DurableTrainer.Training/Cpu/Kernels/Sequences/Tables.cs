using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Tables of rows: looked up by index, or added place by place.</summary>
internal static unsafe class Tables
{
    /// <summary>Columns of a strip: where gradients of rows gather, a job has a strip of each.</summary>
    public const int StripColumns = 16;

    public static int Strips(long columns) => (int)((columns + StripColumns - 1) / StripColumns);

    /// <summary>to[i] ← table[indices[i]] for indices from <paramref name="first"/> to <paramref name="end"/>.</summary>
    public static void LookUp(TensorBuffer table, TensorBuffer indices, TensorBuffer to, int width, int first, int end)
    {
        for (var i = first; i < end; i++)
            table.Span.Slice((int)indices.Pointer[i] * width, width).CopyTo(new Span<float>(to.Pointer + (nint)i * width, width));
    }

    /// <summary>A strip of gradient[r] ← the sum of dy[i] over all i with index r, in the order of i.</summary>
    public static void LookUpBack(TensorBuffer indices, TensorBuffer dy, int count, TensorBuffer gradient, int rows, int width, int strip)
    {
        var column = strip * StripColumns;
        var left = width - column;
        var to = gradient.Pointer + column;
        for (var row = 0; row < rows; row++)
            Rows.Store(Vector512<float>.Zero, to + (nint)row * width, left);
        var from = dy.Pointer + column;
        for (var i = 0; i < count; i++, from += width)
        {
            var row = to + (nint)(int)indices.Pointer[i] * width;
            Rows.Store(Vector512.Load(row) + Vector512.Load(from), row, left);
        }
    }

    /// <summary>y ← x + table for one sample of as many values as the table has.</summary>
    public static void Add(TensorBuffer x, TensorBuffer table, TensorBuffer y, int size, int sample)
    {
        float* from = x.Pointer + (nint)sample * size, to = y.Pointer + (nint)sample * size;
        for (var i = 0; i < size; i += 16)
            Rows.Store(Vector512.Load(from + i) + Vector512.Load(table.Pointer + i), to + i, size - i);
    }

    /// <summary>A strip of gradient ← Σ dy over the samples.</summary>
    public static void AddBack(TensorBuffer dy, int samples, TensorBuffer gradient, int size, int strip)
    {
        var column = strip * StripColumns;
        var sum = Vector512<float>.Zero;
        for (var sample = 0; sample < samples; sample++)
            sum += Vector512.Load(dy.Pointer + (nint)sample * size + column);
        Rows.Store(sum, gradient.Pointer + column, size - column);
    }
}
