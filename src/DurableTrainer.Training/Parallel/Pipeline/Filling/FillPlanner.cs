using System.Globalization;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// Foretells what a second instance does in the time that a pipelined one leaves to its units. It only predicts: when it comes to it, a chunk
/// starts if it fits by what is known then.
/// </summary>
internal static class FillPlanner
{
    /// <summary>Iterations of the filler after which the rate is taken as it is, though they did not repeat.</summary>
    private const int MostIterations = 64;

    /// <summary>Iterations of the main instance that are planned at least, so that one can be seen in which a filler is under way as it begins.</summary>
    private const int LeastPeriods = 3;

    /// <summary>Of a period: two moments that are as near are the same.</summary>
    private const double Same = 1e-9;

    /// <param name="main">With the gaps.</param>
    /// <param name="options">Ways to train the filler, the one that is liked best first: the first one that fits is taken.</param>
    /// <param name="guard">Seconds before the end of each gap in which no chunk runs.</param>
    /// <param name="memoryBytes">What both may take together; as much as there is when null.</param>
    /// <param name="hop">Seconds that a value is on its way from one unit to another.</param>
    public static FillPlan Plan(MainInstance main, IReadOnlyList<FillerOption> options, double guard = 0, long? memoryBytes = null, double hop = 0)
    {
        var placement = new FillPlacement(main, guard, hop);
        string? refusal = null;
        foreach (var option in options)
        {
            refusal = MemoryRefusal(main, option, memoryBytes) ?? GapRefusal(placement, option);
            if (refusal is null)
                return Filled(main, placement, option);
        }

        return new FillPlan { Refusal = refusal ?? "There is nothing to fill with.", Bound = BoundOf(main) };
    }

    private static FillPlan Filled(MainInstance main, FillPlacement placement, FillerOption option)
    {
        var units = main.Iteration.Units.Select(_ => new List<FillerSpan>()).ToArray();
        var ends = new List<double> { 0 };
        var (iterations, seconds) = (0, 0.0);
        while (iterations == 0 || ends[^1] < LeastPeriods * main.Period)
        {
            var placed = placement.Place(option.Chunks, ends[^1]);
            for (var chunk = 0; chunk < placed.Count; chunk++)
                units[placed[chunk].Unit].Add(new FillerSpan(placed[chunk].Start, placed[chunk].End, ends.Count - 1, chunk));
            ends.Add(placed.Max(span => span.End));
            (iterations, seconds) = Repetition(ends, main.Period);
        }

        foreach (var spans in units)
            spans.Sort((one, other) => one.Start.CompareTo(other.Start));
        var perMain = iterations / (seconds / main.Period);
        return new FillPlan
        {
            Option = option,
            Units = units,
            IterationsPerMain = perMain,
            Gain = 1 + perMain * option.Chunks.Sum(chunk => chunk.Seconds) / main.Iteration.BusySeconds,
            Bound = BoundOf(main),
        };
    }

    /// <summary>
    /// Where an iteration ends decides all that follows. So once the filler is as far into an iteration of the main instance as it was before, what
    /// lies between goes on for ever.
    /// </summary>
    private static (int Iterations, double Seconds) Repetition(List<double> ends, double period)
    {
        for (var earlier = ends.Count - 2; earlier >= 0; earlier--)
        {
            var periods = (ends[^1] - ends[earlier]) / period;
            if (Math.Abs(periods - Math.Round(periods)) < Same && periods > Same)
                return (ends.Count - 1 - earlier, ends[^1] - ends[earlier]);
        }

        return ends.Count > MostIterations ? (ends.Count - 1, ends[^1]) : (0, 0);
    }

    private static string? MemoryRefusal(MainInstance main, FillerOption option, long? memoryBytes) =>
        main.PeakBytes + option.Bytes <= (memoryBytes ?? long.MaxValue) ? null
        : $"the filler would take {option.Bytes} bytes with micro-batches of {option.MicroBatch}, the main instance takes {main.PeakBytes}, and both may take {memoryBytes}";

    private static string? GapRefusal(FillPlacement placement, FillerOption option)
    {
        foreach (var (number, chunk) in option.Chunks.Index())
        {
            var longest = placement.LongestOn(chunk.Unit);
            if (chunk.Seconds > longest)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"chunk {number} of the filler takes {1000 * chunk.Seconds:0.0##} ms with micro-batches of {option.MicroBatch}, and the longest gap has place for {1000 * Math.Max(0, longest):0.0##} ms");
            }
        }

        return null;
    }

    /// <summary>The gain if no unit of the main instance idled any more.</summary>
    public static double BoundOf(MainInstance main) => main.Iteration.Units.Count * main.Iteration.Seconds / main.Iteration.BusySeconds;
}
