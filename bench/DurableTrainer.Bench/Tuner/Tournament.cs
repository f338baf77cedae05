using System.Diagnostics;

namespace DurableTrainer.Bench.Tuner;

/// <summary>All searches of a run of the bench, several at a time.</summary>
internal static class Tournament
{
    /// <param name="settings">Which searches, and how many at a time.</param>
    /// <param name="finished">Gets each search in the order of <see cref="Plans"/>, however they were run.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>All of them; those that were not started in time are missing.</returns>
    public static async Task<IReadOnlyList<SearchRun>> RunAsync(
        TunerSettings settings, Action<SearchRun> finished, CancellationToken cancellation)
    {
        SearchPlan[] plans = [.. Plans(settings)];
        var (runs, isOver, told) = (new SearchRun?[plans.Length], new bool[plans.Length], 0);
        var start = Stopwatch.GetTimestamp();
        var (gate, parallel) = (new Lock(), new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation });
        await Parallel.ForEachAsync(Enumerable.Range(0, plans.Length), parallel, (number, stop) =>
        {
            var isInTime = settings.Patience == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(start) < settings.Patience;
            var run = isInTime ? new Search(plans[number]).Run(stop) : null;
            lock (gate)
            {
                (runs[number], isOver[number]) = (run, true);
                for (; told < plans.Length && isOver[told]; told++)
                {
                    if (runs[told] is { } next)
                        finished(next);
                }
            }

            return ValueTask.CompletedTask;
        });
        return [.. runs.OfType<SearchRun>()];
    }

    /// <summary>Seed by seed, so that what is missing when time runs out is missing everywhere.</summary>
    public static IEnumerable<SearchPlan> Plans(TunerSettings settings) =>
        from seed in Enumerable.Range(0, settings.Seeds)
        from task in settings.Tasks
        from agent in settings.Agents
        from batch in settings.Batches
        select new SearchPlan(task, agent, seed, settings.Trials, batch);
}
