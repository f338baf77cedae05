using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>What the pools of this process have to do, and what becomes of it.</summary>
internal static class PoolMetrics
{
    private static readonly ConcurrentDictionary<WorkerPool, bool> Pools = new();

    private static readonly Histogram<double> SliceDuration = Signals.Meter.CreateHistogram<double>(
        "durabletrainer.slice.duration", "s", "How long slices ran on their workers, by how they ended.");

    private static readonly Histogram<double> SliceQueueTime = Signals.Meter.CreateHistogram<double>(
        "durabletrainer.slice.queue_time", "s", "How long slices and evaluations waited for a worker.");

    private static readonly Counter<long> Starts = Signals.Meter.CreateCounter<long>(
        "durabletrainer.worker.starts", "{worker}", "Worker processes that were started.");

    private static readonly Counter<long> Losses = Signals.Meter.CreateCounter<long>(
        "durabletrainer.worker.losses", "{worker}", "Worker processes that exited, hung or wrote nonsense while they worked.");

    static PoolMetrics()
    {
        Observe("durabletrainer.pool.waiting", "{slice}", "Slices and evaluations that wait for a worker now.", pool => pool.Waiting);
        Observe("durabletrainer.pool.workers", "{worker}", "Workers that there may be at once.", pool => pool.Workers);
        Observe("durabletrainer.pool.busy", "{worker}", "Workers that have something to do now.", pool => pool.Load.Count);
        Observe("durabletrainer.pool.threads", "{thread}", "Threads that work is granted now.", pool => pool.Load.Sum(load => load.Threads));
    }

    public static void Add(WorkerPool pool) => Pools[pool] = true;

    public static void Remove(WorkerPool pool) => Pools.TryRemove(pool, out _);

    public static void Ran(string pool, SliceOutcome outcome, TimeSpan duration) => Ran(pool, Words.Of(outcome), duration);

    /// <summary>A slice was left before its end, and runs again.</summary>
    public static void Left(string pool, TimeSpan duration) => Ran(pool, "left", duration);

    public static void Waited(string pool, TimeSpan duration) => SliceQueueTime.Record(duration.TotalSeconds, Of(pool));

    public static void Started(string pool) => Starts.Add(1, Of(pool));

    public static void Lost(string pool) => Losses.Add(1, Of(pool));

    private static void Ran(string pool, string outcome, TimeSpan duration) =>
        SliceDuration.Record(duration.TotalSeconds, Of(pool), new(SignalNames.SliceOutcome, outcome));

    private static void Observe(string name, string unit, string description, Func<WorkerPool, int> look) =>
        Signals.Meter.CreateObservableUpDownCounter(
            name, () => Pools.Keys.Select(pool => new Measurement<int>(look(pool), Of(pool.Name))), unit, description);

    private static KeyValuePair<string, object?> Of(string pool) => new(SignalNames.Pool, pool);
}
