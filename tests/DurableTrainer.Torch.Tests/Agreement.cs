using DurableTrainer.Core.Randomness;
using Xunit.Sdk;

namespace DurableTrainer.Torch.Tests;

/// <summary>What the two processors computed, held against each other.</summary>
internal static class Agreement
{
    /// <summary>That every value is the expected one, up to a share of the largest.</summary>
    public static void Check(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = 1e-2;
        foreach (var value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                throw new XunitException($"{what} {i} is {actual[i]}, not {expected[i]}; the largest is {scale}.");
        }
    }

    /// <summary>Uniform in [−1, 1).</summary>
    public static float[] Numbers(string purpose, long count)
    {
        var random = new KeyedRandom(1, purpose);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    /// <summary>Whole numbers in [0, bound).</summary>
    public static float[] Indices(string purpose, long count, int bound)
    {
        var random = new KeyedRandom(1, purpose);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)random.NextInt32(bound))];
    }
}
