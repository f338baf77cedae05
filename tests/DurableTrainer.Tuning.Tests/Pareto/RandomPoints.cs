using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Tuning.Tests.Pareto;

internal static class RandomPoints
{
    /// <summary>Points in the unit cube, on a grid so coarse that some share values.</summary>
    public static List<double[]> Of(long seed, int count, int objectives)
    {
        var random = new KeyedRandom(seed, "points");
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, objectives).Select(_ => random.NextInt32(20) / 20.0).ToArray())];
    }

    public static List<double[]> Shuffled(List<double[]> points, long seed)
    {
        double[][] shuffled = [.. points];
        new KeyedRandom(seed, "shuffle").Shuffle<double[]>(shuffled);
        return [.. shuffled];
    }
}
