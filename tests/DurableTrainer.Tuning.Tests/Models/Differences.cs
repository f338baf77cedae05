using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

/// <summary>What gradients are held against.</summary>
internal static class Differences
{
    private const double Step = 1e-5;

    /// <summary>The gradient by central differences.</summary>
    public static double[] Of(Func<double[], double> function, double[] at) => [.. at.Select((_, i) =>
    {
        double[] above = [.. at], below = [.. at];
        above[i] += Step;
        below[i] -= Step;
        return (function(above) - function(below)) / (2 * Step);
    })];

    /// <summary>Asserts that two gradients differ by no more than differences err.</summary>
    public static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-5)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"derivative {i} is {actual[i]}, differences say {expected[i]}");
    }

    /// <summary>Rows of coordinates: the last one, of a choice, is one of three values or, not active, -1.</summary>
    public static double[][] Rows(int count, int dimensions, long seed)
    {
        var random = new KeyedRandom(seed, "rows");
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimensions)
            .Select(i => i < dimensions - 1 ? random.NextDouble() : random.NextInt32(4) is var level && level == 3 ? -1 : (level + 0.5) / 3).ToArray())];
    }

    public static bool[] LastIsChoice(int dimensions) => [.. Enumerable.Range(0, dimensions).Select(i => i == dimensions - 1)];

    public static double[] Parameters(int dimensions, long seed)
    {
        var random = new KeyedRandom(seed, "parameters");
        double[] parameters = [.. Enumerable.Range(0, KernelParameters.CountOf(dimensions)).Select(_ => random.NextGaussian() - 0.5)];
        parameters[^1] = -5;
        return parameters;
    }
}
