using System.Numerics;
using System.Text;

namespace DurableTrainer.Core.Randomness;

/// <summary>
/// A stream of random numbers that its key determines: (experiment seed, purpose, trial, step). A consumer makes the stream that it
/// needs when it needs it, so there is no generator state to save, and no consumer disturbs another.
/// </summary>
/// <remarks>xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64.</remarks>
public sealed class KeyedRandom
{
    private ulong s0, s1, s2, s3;
    private double? spareGaussian;

    public KeyedRandom(long seed, string purpose, long trial = 0, long step = 0) =>
        Restart(seed, Encoding.UTF8.GetBytes(purpose), trial, step);

    /// <summary>Becomes the stream of another key, for those who need one so often that making it would count.</summary>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="purpose">In UTF-8.</param>
    /// <param name="trial">Number of the trial.</param>
    /// <param name="step">Number of the step, or of whatever counts within a trial.</param>
    public void Restart(long seed, ReadOnlySpan<byte> purpose, long trial, long step)
    {
        spareGaussian = null;
        var key = Mix((ulong)seed);
        foreach (var b in purpose)
            key = Mix(key ^ b);
        key = Mix(key ^ (ulong)trial);
        key = Mix(key ^ (ulong)step);
        s0 = key = Mix(key);
        s1 = key = Mix(key);
        s2 = key = Mix(key);
        s3 = Mix(key);
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [0, 1), with 24 random bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias.</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), range, out var low);
            if (low >= range || low >= (0 - range) % range)
                return (int)high;
        }
    }

    /// <summary>Normal with mean 0 and deviation 1 (Marsaglia's polar method).</summary>
    public double NextGaussian()
    {
        if (spareGaussian is { } spare)
        {
            spareGaussian = null;
            return spare;
        }

        while (true)
        {
            double u = 2 * NextDouble() - 1, v = 2 * NextDouble() - 1, s = u * u + v * v;
            if (s is >= 1 or 0)
                continue;
            var factor = Math.Sqrt(-2 * Math.Log(s) / s);
            spareGaussian = v * factor;
            return u * factor;
        }
    }

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
