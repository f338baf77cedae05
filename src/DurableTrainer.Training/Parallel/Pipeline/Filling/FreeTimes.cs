using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>When a unit is free, for ever: the gaps of an iteration, again and again.</summary>
internal sealed class FreeTimes
{
    private readonly List<Interval> gaps;
    private readonly double period;

    public FreeTimes(MainInstance main, int unit)
    {
        period = main.Period;
        gaps = [.. main.Iteration.Gaps(unit)];
        // From the last instruction of an iteration until the first one of the next.
        if (gaps.Count > 1 && main.Between == 0 && gaps[0].Start == 0 && gaps[^1].End == period)
        {
            gaps[^1] = gaps[^1] with { End = period + gaps[0].End };
            gaps.RemoveAt(0);
        }
    }

    /// <summary>Seconds of the longest one; where there is none, not even nothing fits.</summary>
    public double Longest => gaps.Count == 0 ? double.NegativeInfinity : gaps.Max(gap => gap.Seconds);

    /// <summary>Those that are not over at some moment, one after the other.</summary>
    public IEnumerable<Interval> From(double moment)
    {
        if (gaps.Count == 0)
            yield break;
        for (var iteration = Math.Max(-1, Math.Floor(moment / period) - 1); ; iteration++)
        {
            foreach (var gap in gaps)
            {
                var shifted = new Interval(iteration * period + gap.Start, iteration * period + gap.End);
                if (shifted.End > moment)
                    yield return shifted;
            }
        }
    }
}
