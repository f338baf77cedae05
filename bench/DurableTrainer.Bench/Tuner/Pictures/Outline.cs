namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>Lines with fewer points that nobody can tell from the whole ones (Douglas and Peucker, Cartographica 10(2), 1973).</summary>
internal static class Outline
{
    /// <param name="points">One after the other.</param>
    /// <param name="tolerance">How far a point that is left out may lie from the line without it.</param>
    public static IReadOnlyList<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points, double tolerance)
    {
        if (points.Count < 3)
            return points;
        var isKept = new bool[points.Count];
        (isKept[0], isKept[^1]) = (true, true);
        var open = new Stack<(int First, int Last)>([(0, points.Count - 1)]);
        while (open.TryPop(out var part))
        {
            var (farthest, distance) = (-1, tolerance);
            for (var i = part.First + 1; i < part.Last; i++)
            {
                if (Distance(points[i], points[part.First], points[part.Last]) is var away && away > distance)
                    (farthest, distance) = (i, away);
            }

            if (farthest < 0)
                continue;
            isKept[farthest] = true;
            open.Push((part.First, farthest));
            open.Push((farthest, part.Last));
        }

        return [.. points.Where((_, i) => isKept[i])];
    }

    /// <summary>From the line between two points, not beyond its ends.</summary>
    private static double Distance((double X, double Y) point, (double X, double Y) from, (double X, double Y) to)
    {
        var (x, y) = (to.X - from.X, to.Y - from.Y);
        var length = x * x + y * y;
        var share = length > 0 ? Math.Clamp(((point.X - from.X) * x + (point.Y - from.Y) * y) / length, 0, 1) : 0;
        return double.Hypot(point.X - from.X - share * x, point.Y - from.Y - share * y);
    }
}
