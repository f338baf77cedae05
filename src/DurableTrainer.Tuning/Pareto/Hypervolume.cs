namespace DurableTrainer.Tuning.Pareto;

/// <summary>
/// The volume of what a set of points dominates within a reference point: the one number that grows whenever a front gets better
/// (Zitzler and Thiele, IEEE Trans. Evolutionary Computation 3(4), 1999). Points are minimised values; what does not lie below the
/// reference point in every objective counts for nothing.
/// </summary>
/// <remarks>
/// Exact for any number of objectives, by exclusive volumes (WFG: While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation
/// 16(1), 2012): points are taken from the worst to the best last objective, so that what a point alone dominates is a prism over a
/// problem of one objective less. Two objectives are one sweep: n log n; three take n² log n.
/// </remarks>
public static class Hypervolume
{
    public static double Of(IReadOnlyList<double[]> points, double[] reference) =>
        Volume([.. points.Where(point => IsWithin(point, reference))], reference, reference.Length);

    /// <summary>
    /// By how much <paramref name="candidate"/> would make the volume of <paramref name="points"/> grow: what it dominates alone. 0
    /// for one that is dominated or outside. It is not computed as a difference of two volumes, so that small gains stay exact.
    /// </summary>
    public static double Improvement(IReadOnlyList<double[]> points, double[] candidate, double[] reference) =>
        IsWithin(candidate, reference)
            ? Exclusive([.. points.Where(point => IsWithin(point, reference))], candidate, reference, reference.Length)
            : 0;

    private static bool IsWithin(double[] point, double[] reference)
    {
        for (var i = 0; i < reference.Length; i++)
        {
            if (!(point[i] < reference[i]) || double.IsInfinity(point[i]))
                return false;
        }

        return true;
    }

    /// <summary>Of the first <paramref name="objectives"/> of the points, all of which lie within.</summary>
    private static double Volume(List<double[]> points, double[] reference, int objectives)
    {
        if (points.Count == 0)
            return 0;
        if (objectives == 1)
            return reference[0] - points.Min(point => point[0]);
        if (objectives == 2)
            return Area(points, reference);

        var last = objectives - 1;
        points.Sort((a, b) => b[last].CompareTo(a[last]));
        var volume = 0.0;
        for (var i = 0; i < points.Count; i++)
            volume += (reference[last] - points[i][last]) * Exclusive(points[(i + 1)..], points[i], reference, last);
        return volume;
    }

    /// <summary>What <paramref name="point"/> dominates and none of <paramref name="others"/> does.</summary>
    private static double Exclusive(List<double[]> others, double[] point, double[] reference, int objectives)
    {
        if (objectives == 2)
            return ExclusiveArea(others, point, reference);
        var alone = 1.0;
        for (var i = 0; i < objectives; i++)
            alone *= reference[i] - point[i];

        // What both dominate is what their common corner dominates.
        var corners = new List<double[]>(others.Count);
        foreach (var other in others)
        {
            var corner = new double[objectives];
            var isDominated = true;
            for (var i = 0; i < objectives; i++)
            {
                corner[i] = Math.Max(point[i], other[i]);
                isDominated &= other[i] <= point[i];
            }

            if (isDominated)
                return 0;
            corners.Add(corner);
        }

        return Math.Max(0, alone - Volume(Undominated(corners), reference, objectives));
    }

    /// <summary>The same in two objectives: one sweep, which adds up what is left below those that come before.</summary>
    private static double ExclusiveArea(List<double[]> others, double[] point, double[] reference)
    {
        others.Sort((a, b) => a[0].CompareTo(b[0]));
        var (area, from, height) = (0.0, point[0], reference[1]);
        foreach (var other in others)
        {
            if (height <= point[1])
                return area;
            if (other[1] >= height)
                continue;
            area += Math.Max(0, other[0] - from) * (height - point[1]);
            (from, height) = (Math.Max(from, other[0]), other[1]);
        }

        return height <= point[1] ? area : area + (reference[0] - from) * (height - point[1]);
    }

    private static double Area(List<double[]> points, double[] reference)
    {
        points.Sort((a, b) => a[0].CompareTo(b[0]));
        var (area, height) = (0.0, reference[1]);
        foreach (var point in points)
        {
            if (point[1] >= height)
                continue;
            area += (reference[0] - point[0]) * (height - point[1]);
            height = point[1];
        }

        return area;
    }

    /// <summary>Each point that no other covers, of equal ones the first: fewer points to go down with.</summary>
    private static List<double[]> Undominated(List<double[]> points)
    {
        var kept = new List<double[]>(points.Count);
        foreach (var point in points)
        {
            if (kept.Exists(other => Covers(other, point)))
                continue;
            kept.RemoveAll(other => Covers(point, other));
            kept.Add(point);
        }

        return kept;
    }

    private static bool Covers(double[] a, double[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i])
                return false;
        }

        return true;
    }
}
