using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>Which observations a model looks at when there are more than it has time for.</summary>
internal static class Selection
{
    /// <summary>
    /// All, or as many as <paramref name="limit"/>: half of them the best, a quarter the latest, and for the rest every so manieth of
    /// those that are left, from good to bad.
    /// </summary>
    public static IReadOnlyList<int> Of(SearchHistory history, int limit)
    {
        var count = history.Observations.Count;
        if (count <= limit)
            return [.. Enumerable.Range(0, count)];
        var chosen = history.Ranking.Take(limit / 2).ToHashSet();
        for (var i = count - 1; chosen.Count < limit * 3 / 4; i--)
            chosen.Add(i);
        var left = history.Ranking.Where(i => !chosen.Contains(i)).ToList();
        var places = limit - chosen.Count;
        for (var i = 0; i < places; i++)
            chosen.Add(left[(int)((long)i * left.Count / places)]);
        return [.. chosen.Order()];
    }
}
