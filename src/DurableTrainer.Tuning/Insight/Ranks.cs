namespace DurableTrainer.Tuning.Insight;

/// <summary>Places of numbers among each other.</summary>
internal static class Ranks
{
    /// <summary>Places from 1; equal numbers share the mean of theirs. Infinities have their place like others.</summary>
    public static double[] Of(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var first = 0; first < order.Length;)
        {
            var last = first;
            while (last + 1 < order.Length && values[order[last + 1]] == values[order[first]])
                last++;
            for (var place = first; place <= last; place++)
                ranks[order[place]] = (first + last) / 2.0 + 1;
            first = last + 1;
        }

        return ranks;
    }
}
