namespace DurableTrainer.Tuning.Pareto;

/// <summary>How alone points stand among those of their rank, which decides between equals: a front is to be spread widely.</summary>
public static class Crowding
{
    /// <summary>
    /// The crowding distance of each point within its rank (Deb, Pratap, Agarwal and Meyarivan 2002, section III-B): the sum over
    /// the objectives of the gap between its neighbours, in shares of the rank's range; infinite at both ends of an objective. Equal
    /// points count as one and share its distance.
    /// </summary>
    /// <param name="points">Minimised values.</param>
    /// <param name="ranks">As <see cref="Dominance.Ranks"/> gives them.</param>
    public static double[] Distances(IReadOnlyList<double[]> points, IReadOnlyList<int> ranks)
    {
        var distances = new double[points.Count];
        foreach (var rank in Enumerable.Range(0, points.Count).GroupBy(point => ranks[point]))
        {
            var equals = rank.GroupBy(point => points[point], SameValues.Comparer).Select(group => group.ToList()).ToList();
            var within = DistancesWithin([.. equals.Select(group => points[group[0]])]);
            for (var i = 0; i < equals.Count; i++)
                equals[i].ForEach(point => distances[point] = within[i]);
        }

        return distances;
    }

    /// <summary>
    /// The place of each point from 1, by rank and then by distance: how many points come before it, plus one. Those that nothing
    /// tells apart share a place.
    /// </summary>
    public static int[] Places(IReadOnlyList<double[]> points)
    {
        var ranks = Dominance.Ranks(points);
        var distances = Distances(points, ranks);
        var places = new int[points.Count];
        var order = Enumerable.Range(0, points.Count).OrderBy(point => ranks[point]).ThenByDescending(point => distances[point]).ToList();
        for (var i = 0; i < order.Count; i++)
        {
            var isTied = i > 0 && ranks[order[i]] == ranks[order[i - 1]] && distances[order[i]] == distances[order[i - 1]];
            places[order[i]] = isTied ? places[order[i - 1]] : i + 1;
        }

        return places;
    }

    private static double[] DistancesWithin(IReadOnlyList<double[]> points)
    {
        var distances = new double[points.Count];
        if (points.Count <= 2)
            Array.Fill(distances, double.PositiveInfinity);
        for (var objective = 0; objective < points[0].Length; objective++)
        {
            // Neighbours are other values, not other points: which of several with one value comes first must not matter.
            double[] values = [.. points.Select(point => point[objective]).Distinct().Order()];
            for (var i = 0; i < points.Count && values.Length > 1; i++)
            {
                var place = Array.BinarySearch(values, points[i][objective]);
                if (place == 0 || place == values.Length - 1)
                    distances[i] = double.PositiveInfinity;
                else if (double.IsFinite(values[^1] - values[0]))
                    distances[i] += (values[place + 1] - values[place - 1]) / (values[^1] - values[0]);
            }
        }

        return distances;
    }

    private sealed class SameValues : IEqualityComparer<double[]>
    {
        public static readonly SameValues Comparer = new();

        public bool Equals(double[]? x, double[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(double[] values) => values.Aggregate(0, HashCode.Combine);
    }
}
