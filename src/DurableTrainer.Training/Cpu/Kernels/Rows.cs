using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Short runs of values that stand beside others, so that nothing may be written past their end.</summary>
internal static unsafe class Rows
{
    /// <summary>Values of one buffer to another: to ← to + from</summary>
    public static void Add(TensorBuffer from, int fromOffset, TensorBuffer to, int toOffset, int count) =>
        AddScaled(from.Pointer + fromOffset, 1, to.Pointer + toOffset, count);

    /// <summary>to ← to + factor · from</summary>
    public static void AddScaled(float* from, float factor, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
            (Vector256.Load(to + i) + factor * Vector256.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += factor * from[i];
    }

    /// <summary>to ← to + a · b</summary>
    public static void AddProducts(float* a, float* b, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 16; i += 16)
            Vector512.MultiplyAddEstimate(Vector512.Load(a + i), Vector512.Load(b + i), Vector512.Load(to + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += a[i] * b[i];
    }

    /// <summary>values ← factor · values</summary>
    public static void Scale(float* values, float factor, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
            (factor * Vector256.Load(values + i)).Store(values + i);
        for (; i < count; i++)
            values[i] *= factor;
    }

    /// <summary>The next sixteen values of a run with <paramref name="left"/> more to come, zeros where it has ended.</summary>
    public static Vector512<float> Load(float* from, int left)
    {
        var values = Vector512.Load(from);
        return left >= 16 ? values : First(values, left, Vector512<float>.Zero);
    }

    /// <summary>The first <paramref name="count"/> values, then the others.</summary>
    public static Vector512<float> First(Vector512<float> values, int count, Vector512<float> others) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), values, others);

    /// <summary>NaN may count as nothing.</summary>
    public static float Largest(Vector512<float> values)
    {
        var eight = Vector256.MaxNative(values.GetLower(), values.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    /// <summary>Stores as many of sixteen values as are <paramref name="left"/> in the run.</summary>
    public static void Store(Vector512<float> values, float* to, int left)
    {
        if (left >= 16)
        {
            values.Store(to);
            return;
        }

        for (var i = 0; i < left; i++)
            to[i] = values[i];
    }

    public static void Copy(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
            Vector256.Load(from + i).Store(to + i);
        for (; i <= count - 4; i += 4)
            Vector128.Load(from + i).Store(to + i);
        for (; i < count; i++)
            to[i] = from[i];
    }
}
