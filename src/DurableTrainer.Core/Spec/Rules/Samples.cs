using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Points that stand for a whole space: all of them when they are few, otherwise the same random ones every time.</summary>
internal static class Samples
{
    // Bounds the work that a hostile spec can cause.
    private const int MaxValues = 1_000_000;

    public static List<Point> Of(SearchSpace space, int count, bool keepConstraints)
    {
        if (space.Cardinality <= count && space.Parameters.Count < 100)
            return [.. new SearchSpace(space.Parameters, []).Enumerate().Where(point => !keepConstraints || space.Satisfies(point))];
        var points = new List<Point>();
        var unit = new double[space.Parameters.Count];
        count = Math.Clamp(MaxValues / unit.Length, 1, count);
        for (var i = 0; i < count; i++)
        {
            var random = new KeyedRandom(0, "validation", i);
            for (var j = 0; j < unit.Length; j++)
                unit[j] = random.NextDouble();
            points.Add(space.Decode(unit));
        }

        points.AddRange(Corners(space, unit));
        if (keepConstraints)
            points.RemoveAll(point => !space.Satisfies(point));
        return points;
    }

    /// <summary>The lowest and highest point, and each parameter's lowest and highest value amid the middle of the others.</summary>
    private static IEnumerable<Point> Corners(SearchSpace space, double[] unit)
    {
        const double Highest = 1 - 1e-16;
        foreach (var end in (double[])[0, Highest])
        {
            Array.Fill(unit, end);
            yield return space.Decode(unit);
            if (unit.Length > 100)
                continue;
            for (var i = 0; i < unit.Length; i++)
            {
                Array.Fill(unit, 0.5);
                unit[i] = end;
                var wanted = new Point([KeyValuePair.Create(space.Parameters[i].Name, space.Parameters[i].Decode(end))]);
                yield return space.Complete(wanted, unit);
            }
        }
    }
}
