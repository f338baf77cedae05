namespace DurableTrainer.Tuning.Insight;

/// <summary>A part of [0, 1): half-open intervals in order, none touching another. Ranges and sets of categories are both of this kind.</summary>
internal sealed class IntervalSet
{
    private readonly (double From, double To)[] intervals;

    private IntervalSet(IEnumerable<(double From, double To)> intervals)
    {
        this.intervals = [.. intervals];
        Measure = this.intervals.Sum(interval => interval.To - interval.From);
    }

    public static IntervalSet All { get; } = new([(0, 1)]);

    /// <summary>Length of all intervals together.</summary>
    public double Measure { get; }

    public IReadOnlyList<(double From, double To)> Intervals => intervals;

    /// <summary>The numbers from <paramref name="from"/> up to but without <paramref name="to"/>.</summary>
    public static IntervalSet Between(double from, double to) => new(from < to ? [(from, to)] : []);

    public static IntervalSet Union(IEnumerable<IntervalSet> sets)
    {
        var joined = new List<(double From, double To)>();
        foreach (var next in sets.SelectMany(set => set.intervals).OrderBy(interval => interval.From))
        {
            if (joined.Count > 0 && next.From <= joined[^1].To)
                joined[^1] = (joined[^1].From, Math.Max(joined[^1].To, next.To));
            else
                joined.Add(next);
        }

        return new IntervalSet(joined);
    }

    public bool Contains(double value)
    {
        foreach (var (from, to) in intervals)
        {
            if (value >= from && value < to)
                return true;
        }

        return false;
    }

    public IntervalSet And(IntervalSet other) => new(intervals
        .SelectMany(_ => other.intervals, (a, b) => (From: Math.Max(a.From, b.From), To: Math.Min(a.To, b.To)))
        .Where(interval => interval.From < interval.To)
        .OrderBy(interval => interval.From));

    public IntervalSet Without(IntervalSet other) => And(other.Complement());

    private IntervalSet Complement()
    {
        var gaps = new List<(double From, double To)>();
        var from = 0.0;
        foreach (var interval in intervals)
        {
            if (from < interval.From)
                gaps.Add((from, interval.From));
            from = interval.To;
        }

        if (from < 1)
            gaps.Add((from, 1));
        return new IntervalSet(gaps);
    }
}
