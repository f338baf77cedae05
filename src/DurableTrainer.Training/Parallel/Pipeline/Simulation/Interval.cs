namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>From a moment until just before another one, in seconds.</summary>
public readonly record struct Interval(double Start, double End)
{
    public double Seconds => End - Start;

    /// <summary>What others leave of the time from 0 to an end.</summary>
    /// <param name="busy">In order of time.</param>
    /// <param name="end">In seconds.</param>
    public static IReadOnlyList<Interval> Outside(IEnumerable<Interval> busy, double end)
    {
        var gaps = new List<Interval>();
        var free = 0.0;
        foreach (var other in busy)
        {
            if (other.Start > free)
                gaps.Add(new Interval(free, other.Start));
            free = Math.Max(free, other.End);
        }

        if (end > free)
            gaps.Add(new Interval(free, end));
        return gaps;
    }
}
