using System.Diagnostics;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>Puts chunks into free times: one after the other, each where it is done soonest.</summary>
/// <param name="main">Whose units are free at times.</param>
/// <param name="guard">Seconds before the end of a free time in which no chunk runs.</param>
/// <param name="hop">Seconds that a value is on its way from one unit to another.</param>
internal sealed class FillPlacement(MainInstance main, double guard, double hop)
{
    /// <summary>Of a period: a chunk that is longer than its place by no more than sums are rounded by still fits.</summary>
    private const double Rounding = 1e-10;

    private readonly FreeTimes[] free = [.. main.Iteration.Units.Select((_, unit) => new FreeTimes(main, unit))];

    /// <summary>The longest chunk that fits somewhere on a unit, or on any of them when null; in seconds.</summary>
    public double LongestOn(int? unit) => Allowed(unit).Max(number => free[number].Longest) - Margin;

    /// <summary>
    /// An iteration of the filler. It is over when all of its chunks are, since the next one begins with the parameters that it leaves: and so no
    /// chunk of another iteration is in the way.
    /// </summary>
    /// <param name="chunks">Of which each fits somewhere.</param>
    /// <param name="begin">When it may begin.</param>
    /// <returns>Start, end and unit of each chunk.</returns>
    public IReadOnlyList<(double Start, double End, int Unit)> Place(IReadOnlyList<FillChunk> chunks, double begin)
    {
        var placed = new (double Start, double End, int Unit)[chunks.Count];
        List<(double Start, double End)>[] taken = [.. free.Select(_ => new List<(double Start, double End)>())];
        for (var number = 0; number < chunks.Count; number++)
        {
            var chunk = chunks[number];
            var (start, unit) = Allowed(chunk.Unit).Select(unit => (Start: Earliest(unit, chunk.Seconds, ReadyAt(chunk, unit), taken[unit]), unit)).MinBy(place => place.Start);
            placed[number] = (start, start + chunk.Seconds, unit);
            var at = taken[unit].FindIndex(other => other.Start > start);
            taken[unit].Insert(at < 0 ? taken[unit].Count : at, (start, start + chunk.Seconds));
        }

        return placed;

        double ReadyAt(FillChunk chunk, int unit) =>
            chunk.Needs.Aggregate(begin, (ready, need) => Math.Max(ready, placed[need].End + (placed[need].Unit == unit ? 0 : hop)));
    }

    /// <summary>Never, when no gap of the unit is long enough.</summary>
    private double Earliest(int unit, double seconds, double ready, List<(double Start, double End)> taken)
    {
        if (seconds > LongestOn(unit))
            return double.PositiveInfinity;
        foreach (var gap in free[unit].From(ready))
        {
            var (start, end) = (Math.Max(gap.Start, ready), gap.End - Margin + Rounding * main.Period);
            foreach (var other in taken)
            {
                if (start + seconds <= other.Start)
                    break;
                start = Math.Max(start, other.End);
            }

            if (start + seconds <= end)
                return start;
        }

        throw new UnreachableException();
    }

    private double Margin => guard - Rounding * main.Period;

    private IEnumerable<int> Allowed(int? unit) => unit is { } only ? [only] : Enumerable.Range(0, free.Length);
}
