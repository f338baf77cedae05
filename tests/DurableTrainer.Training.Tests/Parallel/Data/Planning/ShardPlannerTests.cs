using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Tests.Parallel.Data.Planning;

public class ShardPlannerTests
{
    [Fact]
    public void No_other_shards_have_a_quicker_slowest_unit()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new KeyedRandom(seed, "plans");
            UnitCost[] units = [.. Enumerable.Range(0, 1 + random.NextInt32(4)).Select(_ => new UnitCost(
                random.NextInt32(3) == 0 ? 0 : random.NextDouble() * 5, 0.05 + random.NextDouble(), random.NextInt32(3) == 0 ? random.NextInt32(6) : 100))];
            var samples = 1 + random.NextInt32(12);

            var shards = ShardPlanner.Plan(units, samples);
            var best = Best(units, samples);

            if (shards is null)
            {
                Assert.True(double.IsPositiveInfinity(best), $"Seed {seed}: there are shards, of {best} s.");
                continue;
            }

            Assert.True(shards.Sum() == samples && shards.Zip(units).All(pair => pair.First <= pair.Second.MostSamples), $"Seed {seed}: {string.Join(", ", shards)}");
            Assert.True(ShardPlanner.SecondsOf(units, shards) == best, $"Seed {seed}: {ShardPlanner.SecondsOf(units, shards)} s, and {best} s are possible.");
        }
    }

    [Fact]
    public void A_unit_that_costs_more_than_it_brings_rests() =>
        Assert.Equal([10, 0], ShardPlanner.Plan([new(0, 1), new(20, 0.1)], 10)!);

    [Fact]
    public void Twice_as_fast_gets_twice_as_many() => Assert.Equal([40, 20], ShardPlanner.Plan([new(0, 1), new(0, 2)], 60)!);

    [Theory]
    [InlineData(4, 5.0, 16, 17.0, 1.0, 1.0)]
    [InlineData(4, 1.0, 16, 16.0, 0.0, 1.0)]
    [InlineData(4, 20.0, 16, 16.0, 14.4, 0.1)]
    [InlineData(1, 2.0, 1, 2.0, 0.0, 2.0)]
    public void A_line_goes_through_two_probes_and_is_never_below_nothing_nor_falls(
        int few, double secondsForFew, int many, double secondsForMany, double a, double b)
    {
        var cost = UnitCost.Through(few, secondsForFew, many, secondsForMany);

        Assert.Equal(a, cost.Fixed, 1e-9);
        Assert.Equal(b, cost.PerSample, 1e-9);
        Assert.Equal(secondsForMany, cost.Of(many), 1e-9);
    }

    private static double Best(UnitCost[] units, int samples, int unit = 0)
    {
        if (unit == units.Length)
            return samples == 0 ? 0 : double.PositiveInfinity;
        var best = double.PositiveInfinity;
        for (var count = 0; count <= Math.Min(samples, units[unit].MostSamples); count++)
            best = Math.Min(best, Math.Max(units[unit].Of(count), Best(units, samples - count, unit + 1)));
        return best;
    }
}
