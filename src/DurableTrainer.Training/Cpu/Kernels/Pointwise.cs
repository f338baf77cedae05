using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>A function of one value and its derivative, sixteen values at a time.</summary>
internal interface IPointwise
{
    static abstract Vector512<float> Value(Vector512<float> x);

    /// <summary>dy/dx at x, where y is the function's value.</summary>
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

    public static void Backward<TFunction>(TensorBuffer x, TensorBuffer y, TensorBuffer dy, TensorBuffer dx, int count, int job)
        where TFunction : IPointwise
    {
        float* input = x.Pointer, output = y.Pointer, gradient = dy.Pointer, to = dx.Pointer;
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
