using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Which values of a step are dropped: value i is kept when a hash of (key, i) is below a threshold. So the mask needs no memory, and
/// follows from the key whoever computes which part.
/// </summary>
internal static unsafe class Dropping
{
    /// <summary>y ← x · scale where kept, 0 elsewhere; also the way back, with gradients for values.</summary>
    /// <param name="x">Values.</param>
    /// <param name="y">Gets the values that are kept.</param>
    /// <param name="count">How many values.</param>
    /// <param name="key">Of the mask.</param>
    /// <param name="rate">Probability of being dropped.</param>
    /// <param name="first">Number of the first value, where those before it are elsewhere.</param>
    /// <param name="job">Which part, as in <see cref="Pointwise"/>.</param>
    public static void Apply(TensorBuffer x, TensorBuffer y, int count, ulong key, double rate, uint first, int job)
    {
        float* from = x.Pointer, to = y.Pointer;
        var threshold = Vector512.Create((uint)Math.Min(uint.MaxValue, rate * (1L << 32)));
        var scale = Vector512.Create((float)(1 / (1 - rate)));
        var (low, high) = (Vector512.Create((uint)key), Vector512.Create((uint)(key >> 32)));
        var index = Vector512<uint>.Indices + Vector512.Create(first + (uint)(job * Pointwise.JobLength));
        for (int i = job * Pointwise.JobLength, end = Math.Min(count, i + Pointwise.JobLength); i < end; i += 16)
        {
            var kept = Vector512.GreaterThanOrEqual(Hash(index, low, high), threshold);
            Vector512.ConditionalSelect(kept.AsSingle(), scale * Vector512.Load(from + i), Vector512<float>.Zero).Store(to + i);
            index += Vector512.Create(16u);
        }
    }

    /// <summary>Rounds of the finaliser of MurmurHash3, each half of the key mixed in before one.</summary>
    private static Vector512<uint> Hash(Vector512<uint> index, Vector512<uint> low, Vector512<uint> high) => Mix(Mix(index ^ low) + high);

    private static Vector512<uint> Mix(Vector512<uint> value)
    {
        value ^= value >>> 16;
        value *= 0x85EBCA6B;
        value ^= value >>> 13;
        value *= 0xC2B2AE35;
        return value ^ (value >>> 16);
    }
}
