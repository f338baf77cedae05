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
