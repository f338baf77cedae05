namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>What every unit does when, and with that also when it does nothing.</summary>
/// <param name="Units">The spans of each unit, one after the other.</param>
/// <param name="Seconds">From the begin to the end of the last span of all units.</param>
internal sealed record Timeline(IReadOnlyList<IReadOnlyList<TimelineSpan>> Units, double Seconds)
{
    /// <summary>The share of the time of all units in which they are idle.</summary>
    public double BubbleShare => Seconds == 0 ? 0 : 1 - BusySeconds / (Units.Count * Seconds);

    /// <summary>Seconds in which all units together are at work.</summary>
    public double BusySeconds => Units.Sum(spans => spans.Sum(span => span.End - span.Start));

    /// <summary>When a unit idles, from 0 to the end.</summary>
    public IReadOnlyList<Interval> Gaps(int unit) => Interval.Outside(Units[unit].Select(span => new Interval(span.Start, span.End)), Seconds);

    /// <summary>The same again and again.</summary>
    /// <param name="iterations">How often, at least 1.</param>
    /// <param name="between">Seconds from one to the next: parameters are updated, and the next batch is loaded.</param>
    public Timeline Repeat(int iterations, double between = 0)
    {
        var period = Seconds + between;
        return new Timeline([.. Units.Select(Repeated)], iterations * period - between);

        IReadOnlyList<TimelineSpan> Repeated(IReadOnlyList<TimelineSpan> spans) =>
            [.. Enumerable.Range(0, iterations).SelectMany(iteration => spans.Select(span =>
                span with { Start = iteration * period + span.Start, End = iteration * period + span.End }))];
    }
}
