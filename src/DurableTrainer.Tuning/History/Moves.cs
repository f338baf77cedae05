using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Tuning.History;

/// <summary>Small changes of points, which respect whole numbers, choices and conditions.</summary>
internal static class Moves
{
    /// <summary>Parameters with at most so many values are tried value by value.</summary>
    private const int FewLevels = 12;

    /// <summary>Another point nearby.</summary>
    /// <param name="space">Where the point lies.</param>
    /// <param name="unit">Its coordinates.</param>
    /// <param name="dimensions">Which of them move; those of parameters that are not active do not.</param>
    /// <param name="deviation">Of the normal steps that ordered parameters take; at least a step of their values. Others take any value.</param>
    /// <param name="random">Where the steps come from.</param>
    public static double[] Step(UnitSpace space, double[] unit, IEnumerable<int> dimensions, double deviation, KeyedRandom random)
    {
        double[] moved = [.. unit];
        foreach (var i in dimensions.Where(i => !double.IsNaN(unit[i])))
        {
            moved[i] = space.IsChoice[i]
                ? random.NextDouble()
                : Reflected(unit[i] + Math.Max(deviation, space.Levels[i] > 0 ? 0.7 * space.StepAt(i, unit[i]) : 0) * random.NextGaussian());
        }

        space.Settle(moved, random);
        return moved;
    }

    /// <summary>Other values of a parameter: all where they are few or have no order, otherwise some near and some far.</summary>
    public static IEnumerable<double> Others(UnitSpace space, int dimension, double coordinate, KeyedRandom random)
    {
        var levels = space.Levels[dimension];
        var candidates = levels <= FewLevels || space.IsChoice[dimension]
            ? Enumerable.Range(0, levels).Select(level => (level + 0.5) / levels)
            : ((double[])[-1, 1, -2, 2, -5, 5]).Select(steps => coordinate + steps * space.StepAt(dimension, coordinate)).Concat([random.NextDouble(), random.NextDouble(), random.NextDouble()]);
        return candidates.Select(candidate => space.Settle(dimension, candidate)).Where(candidate => candidate != coordinate).Distinct();
    }

    /// <summary>Back from the bounds, as a ball from a wall.</summary>
    private static double Reflected(double coordinate)
    {
        var folded = Math.Abs(coordinate % 2);
        return folded > 1 ? 2 - folded : folded;
    }
}
