using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>
/// The inner products ⟨gᵢ, gⱼ⟩ of gradients, from which follow their norms, angles and distances. In 64 bits, so that distances of gradients
/// that are nearly the same are still known.
/// </summary>
internal sealed class GradientProducts
{
    /// <summary>Numbers of each gradient at a time, so that all of them stay in a cache.</summary>
    private const int Block = 2048;

    private readonly double[,] products;

    public GradientProducts(IReadOnlyList<float[]> gradients)
    {
        products = new double[gradients.Count, gradients.Count];
        var length = gradients.Count == 0 ? 0 : gradients[0].Length;
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            for (var i = 0; i < gradients.Count; i++)
            {
                for (var j = i; j < gradients.Count; j++)
                    products[i, j] += Of(gradients[i].AsSpan(start, count), gradients[j].AsSpan(start, count));
            }
        }
    }

    public double this[int i, int j] => products[Math.Min(i, j), Math.Max(i, j)];

    // Compiled to its end at once, as a probe asks for it a few times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Of(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sums = Vector512<double>.Zero;
        for (; one.Length >= Vector512<float>.Count; one = one[Vector512<float>.Count..], other = other[Vector512<float>.Count..])
        {
            var (lowOne, highOne) = Vector512.Widen(Vector512.Create(one));
            var (lowOther, highOther) = Vector512.Widen(Vector512.Create(other));
            sums += lowOne * lowOther + highOne * highOther;
        }

        var sum = Vector512.Sum(sums);
        for (var i = 0; i < one.Length; i++)
            sum += (double)one[i] * other[i];
        return sum;
    }
}
