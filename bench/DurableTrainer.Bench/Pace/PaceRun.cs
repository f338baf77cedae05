using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Runs;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Bench.Pace;

/// <summary>
/// What a long experiment takes beside training: for each trial the time of its lane until the next trial starts there, less what its
/// slices took.
/// </summary>
/// <param name="Overheads">In milliseconds, in the order in which trials started; the last of each lane is missing.</param>
internal sealed record PaceRun(IReadOnlyList<double> Overheads)
{
    /// <summary>Trials that are compared at each end.</summary>
    public const int Compared = 100;

    /// <summary>
    /// The first trials pay for processes that start and code that is compiled while it runs, which says nothing about how an experiment
    /// grows.
    /// </summary>
    public const int WarmUp = 20;

    public double FirstMilliseconds => Statistics.Median(Overheads.Skip(WarmUp).Take(Compared));

    public double LastMilliseconds => Statistics.Median(Overheads.TakeLast(Compared));

    /// <summary>Medians of a hundred trials after each other.</summary>
    public IReadOnlyList<double> Hundreds => [.. Overheads.Chunk(Compared).Select(hundred => Statistics.Median(hundred))];

    public double Ratio => LastMilliseconds / FirstMilliseconds;

    public static PaceRun Of(ExperimentRun run, int lanes)
    {
        var starts = run.Events.Where(happened => happened.Type == ExperimentEventType.TrialStarted).ToDictionary(happened => happened.Trial!.Value, happened => happened.Time);
        var ends = run.Events.Where(happened => happened.Type == ExperimentEventType.TrialEnded).ToDictionary(happened => happened.Trial!.Value, happened => happened.Time);
        var overheads = new List<double>();
        var free = new List<(DateTimeOffset Since, int Trial)>();
        foreach (var (trial, started) in starts.OrderBy(pair => pair.Key))
        {
            // A trial takes the place of the one that ended first among those whose place is free.
            if (trial >= lanes)
            {
                var before = free.MinBy(place => place.Since);
                free.Remove(before);
                overheads.Add((started - starts[before.Trial] - run.Usage.Trials[before.Trial].WallClock).TotalMilliseconds);
            }

            free.Add((ends[trial], trial));
        }

        return new PaceRun(overheads);
    }
}
