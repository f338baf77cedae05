using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>A function of one value and its derivative, sixteen values at a time.</summary>
internal interface IPointwise
{
    /// <summary>Which of x and y the slope is computed from.</summary>
    static abstract Kept SlopeNeeds { get; }

    static abstract Vector512<float> Value(Vector512<float> x);

    /// <summary>dy/dx at x, where y is the function's value; one of them is not looked at, and may hold anything.</summary>
    static abstract Vector512<float> Slope(Vector512<float> x, Vector512<float> y);
}

/// <summary>
/// Functions of each value of a buffer alone. A job covers <see cref="JobLength"/> values; the last runs over into the padding.
/// </summary>
internal static unsafe class Pointwise
{
    public const int JobLength = 16384;

    /// <summary>What a job is worth to a team of threads.</summary>
    public const long WorkPerJob = 10L * JobLength;

    public static int Jobs(int count) => (count + JobLength - 1) / JobLength;

    public static void Forward<TFunction>(TensorBuffer x, TensorBuffer y, int count, int job)
        where TFunction : IPointwise
    {
        float* from = x.Pointer, to = y.Pointer;
        for (int i = job * JobLength, end = Math.Min(count, i + JobLength); i < end; i += 16)
            TFunction.Value(Vector512.Load(from + i)).Store(to + i);
    }

    /// <summary>Of a part of x alone: nothing beside its columns is written.</summary>
    public static void ForwardPart<TFunction>(TensorBuffer x, TensorBuffer y, in Matrix part)
        where TFunction : IPointwise
    {
        // Whole rows are one long one.
        var whole = part.Columns == part.RowStride;
        var (rows, columns) = whole ? (1, part.Rows * part.Columns) : (part.Rows, part.Columns);
        var last = stackalloc float[16];
        float* from = x.Pointer + part.Offset, to = y.Pointer + part.Offset;
        for (var row = 0; row < rows; row++, from += part.RowStride, to += part.RowStride)
        {
            var column = 0;
            for (; column <= columns - 16; column += 16)
                TFunction.Value(Vector512.Load(from + column)).Store(to + column);
            if (column == columns)
                continue;
            TFunction.Value(Vector512.Load(from + column)).Store(last);
            for (var i = 0; column < columns; i++, column++)
                to[column] = last[i];
        }
    }

    public static void Backward<TFunction>(TensorBuffer x, TensorBuffer y, TensorBuffer dy, TensorBuffer dx, int count, int job)
        where TFunction : IPointwise
    {
        // What the function does not need is memory that is not read.
        var input = (TFunction.SlopeNeeds & Kept.Inputs) != 0 ? x.Pointer : dy.Pointer;
        var output = (TFunction.SlopeNeeds & Kept.Output) != 0 ? y.Pointer : dy.Pointer;
        float* gradient = dy.Pointer, to = dx.Pointer;
        for (int i = job * JobLength, end = Math.Min(count, i + JobLength); i < end; i += 16)
            (Vector512.Load(gradient + i) * TFunction.Slope(Vector512.Load(input + i), Vector512.Load(output + i))).Store(to + i);
    }

    public static void Add(TensorBuffer a, TensorBuffer b, TensorBuffer sum, int count, int job)
    {
        float* left = a.Pointer, right = b.Pointer, to = sum.Pointer;
        for (int i = job * JobLength, end = Math.Min(count, i + JobLength); i < end; i += 16)
            (Vector512.Load(left + i) + Vector512.Load(right + i)).Store(to + i);
    }
}
