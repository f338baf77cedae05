using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Core.Tests.Randomness;

public class KeyedRandomTests
{
    [Fact]
    public void The_stream_of_a_key_never_changes()
    {
        // From another implementation of the published algorithms.
        var random = new KeyedRandom(42, "split", 3, 7);

        Assert.Equal("bb6b7c266f0db499 fc421921ef920a92 033c10abd445f2c2 71196e459f8f3ae8", string.Join(' ', Enumerable.Range(0, 4).Select(_ => random.NextUInt64().ToString("x16"))));
    }

    [Fact]
    public void Every_part_of_the_key_makes_another_stream()
    {
        KeyedRandom[] streams = [new(1, "a"), new(2, "a"), new(1, "b"), new(1, "a", 1), new(1, "a", 0, 1), new(1, "ab"), new(1, "ba")];

        Assert.Equal(streams.Length, streams.Select(stream => stream.NextUInt64()).Distinct().Count());
    }

    [Fact]
    public void Numbers_are_uniform()
    {
        var random = new KeyedRandom(1, "uniform");
        int[] doubles = new int[16], singles = new int[16], bounded = new int[16];
        const int Draws = 160_000;
        for (var i = 0; i < Draws; i++)
        {
            doubles[(int)(random.NextDouble() * 16)]++;
            singles[(int)(random.NextSingle() * 16)]++;
            bounded[random.NextInt32(16)]++;
        }

        // The 99.9% point of chi-squared with 15 degrees of freedom is 37.7.
        foreach (var counts in (int[][])[doubles, singles, bounded])
            Assert.InRange(counts.Sum(count => Math.Pow(count - Draws / 16.0, 2) / (Draws / 16.0)), 0, 37.7);
    }

    [Fact]
    public void Gaussians_have_mean_0_and_deviation_1()
    {
        var random = new KeyedRandom(1, "gaussian");
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToList();

        Assert.InRange(draws.Average(), -0.02, 0.02);
        Assert.InRange(draws.Average(x => x * x), 0.97, 1.03);
        Assert.InRange(draws.Average(x => x * x * x * x), 2.8, 3.2);
    }

    [Fact]
    public void A_shuffle_keeps_all_and_puts_each_anywhere()
    {
        var random = new KeyedRandom(1, "shuffle");
        var firsts = new int[5];
        for (var i = 0; i < 5000; i++)
        {
            int[] values = [0, 1, 2, 3, 4];
            random.Shuffle<int>(values);
            Assert.Equal([0, 1, 2, 3, 4], values.Order());
            firsts[values[0]]++;
        }

        Assert.All(firsts, count => Assert.InRange(count, 880, 1120));
    }

    [Fact]
    public void A_bound_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedRandom(1, "bound").NextInt32(0));
}
