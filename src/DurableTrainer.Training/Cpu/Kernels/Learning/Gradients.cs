using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Parts of gradients: values from start, which is a multiple of 16, to end.</summary>
internal static unsafe class Gradients
{
    /// <summary>In 64 bits, so that no square overflows that a gradient of 32 bits can have.</summary>
    public static double SumOfSquares(TensorBuffer gradient, int start, int end)
    {
        var g = gradient.Pointer;
        var sums = Vector512<double>.Zero;
        var i = start;
        for (; i <= end - 16; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(g + i));
            sums += low * low + high * high;
        }

        var sum = Vector512.Sum(sums);
        for (; i < end; i++)
            sum += (double)g[i] * g[i];
        return sum;
    }

    /// <summary>gradient ← factor · gradient</summary>
    public static void Scale(TensorBuffer gradient, int start, int end, float factor)
    {
        var g = gradient.Pointer;
        for (var i = start; i < end; i += 16)
            (factor * Vector512.Load(g + i)).Store(g + i);
    }
}
