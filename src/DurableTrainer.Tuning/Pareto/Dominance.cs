namespace DurableTrainer.Tuning.Pareto;

/// <summary>Who is better than whom when there are several objectives. Points are minimised values, one per objective.</summary>
public static class Dominance
{
    /// <summary>Whether <paramref name="a"/> is at least as good as <paramref name="b"/> in every objective and better in one.</summary>
    public static bool Dominates(double[] a, double[] b)
    {
        var isBetter = false;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i])
                return false;
            isBetter |= a[i] < b[i];
        }

        return isBetter;
    }

    /// <summary>
    /// The rank of each point: 0 for those that no point dominates, 1 for those that only points of rank 0 dominate, and so on
    /// (fast non-dominated sorting; Deb, Pratap, Agarwal and Meyarivan, IEEE Trans. Evolutionary Computation 6(2), 2002). Equal
    /// points have equal ranks.
    /// </summary>
    public static int[] Ranks(IReadOnlyList<double[]> points)
    {
        var dominated = new List<int>[points.Count];
        var dominators = new int[points.Count];
        for (var a = 0; a < points.Count; a++)
        {
            dominated[a] = [];
            for (var b = 0; b < points.Count; b++)
            {
                if (Dominates(points[a], points[b]))
                    dominated[a].Add(b);
                else if (Dominates(points[b], points[a]))
                    dominators[a]++;
            }
        }

        var ranks = new int[points.Count];
        var front = Enumerable.Range(0, points.Count).Where(point => dominators[point] == 0).ToList();
        for (var rank = 0; front.Count > 0; rank++)
        {
            var next = new List<int>();
            foreach (var point in front)
            {
                ranks[point] = rank;
                next.AddRange(dominated[point].Where(other => --dominators[other] == 0));
            }

            front = next;
        }

        return ranks;
    }

    /// <summary>The indices of the points that no other dominates, in their order; of equal points all.</summary>
    public static IReadOnlyList<int> Front(IReadOnlyList<double[]> points) =>
        [.. Enumerable.Range(0, points.Count).Where(i => !points.Any(other => Dominates(other, points[i])))];
}
