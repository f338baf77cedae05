using System.Numerics;
using System.Runtime.CompilerServices;

namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>Brings gradients together.</summary>
internal static class GradientSum
{
    /// <summary>sum ← sum + values</summary>
    // Compiled to its end at once, as a probe asks for it a few times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float[] sum, float[] values)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum, i) + new Vector<float>(values, i)).CopyTo(sum, i);
        for (; i < sum.Length; i++)
            sum[i] += values[i];
    }

    /// <summary>sum ← factor · sum</summary>
    public static void Scale(float[] sum, float factor)
    {
        foreach (ref var value in sum.AsSpan())
            value *= factor;
    }
}
