using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using DurableTrainer.Api.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Api.Events;

/// <summary>
/// Experiments as they stand and what happens in them, as it happens and from any point of the past on. The store is read once for all who
/// look; what changes after that must be published, or is looked for again where other hosts work on the same experiments.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="refresh">How old what is shown may be where other hosts add to it; null where all that happens is published here.</param>
public sealed class LiveExperiments(ArtifactStore store, TimeSpan? refresh = null)
{
    /// <summary>Ended experiments that are kept in memory, those that were looked at last.</summary>
    private const int MostEnded = 64;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private long looks;

    /// <summary>Tells about an event that is in the log of an experiment now.</summary>
    public void Publish(string experiment, ExperimentEvent happened)
    {
        if (entries.TryGetValue(experiment, out var entry))
            entry.Add(happened);
    }

    /// <summary>The events of an experiment in order, each once, until the one that ends it.</summary>
    /// <param name="experiment">Its id.</param>
    /// <param name="after">The id of the last event that is known already; all of them when null or not in the log.</param>
    /// <param name="cancellation">Ends the following.</param>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async IAsyncEnumerable<LoggedEvent> FollowAsync(
        string experiment, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var events in WatchAsync(experiment, after, Timeout.InfiniteTimeSpan, cancellation))
        {
            foreach (var happened in events)
                yield return happened;
        }
    }

    /// <summary>The same, as many at a time as there are; none when nothing has happened for so long.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    internal async IAsyncEnumerable<IReadOnlyList<LoggedEvent>> WatchAsync(
        string experiment, string? after, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var live = await GetAsync(experiment, cancellation);
        var place = live.PlaceAfter(after);
        while (true)
        {
            var (events, isEnd, grown) = live.From(place);
            yield return events;
            place += events.Count;
            if (isEnd)
                yield break;
            await GrownAsync(experiment, grown, silence, cancellation);
        }
    }

    /// <summary>Waits until there is more, or nothing has happened for so long.</summary>
    private async Task GrownAsync(string experiment, Task grown, TimeSpan silence, CancellationToken cancellation)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            var left = silence == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : silence - Stopwatch.GetElapsedTime(since);
            var step = refresh is { } interval && interval < left ? interval : left < TimeSpan.Zero ? TimeSpan.Zero : left;
            await grown.WaitAsync(step == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : step, TimeProvider.System, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            if (grown.IsCompleted || step == left)
                return;
            await GetAsync(experiment, cancellation);
        }
    }

    /// <summary>Forgets an experiment that is deleted.</summary>
    public void Forget(string experiment) => entries.TryRemove(experiment, out _);

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    internal async Task<LiveExperiment> GetAsync(string experiment, CancellationToken cancellation = default)
    {
        if (!ExperimentIds.IsId(experiment))
            throw new ExperimentNotFoundException(experiment);
        var entry = entries.GetOrAdd(experiment, id => new Entry(() => LoadAsync(id)));
        entry.LastLook = Interlocked.Increment(ref looks);
        LiveExperiment live;
        try
        {
            live = await entry.LoadAsync().WaitAsync(cancellation);
        }
        catch (Exception exception) when (exception is StorageException or ExperimentNotFoundException)
        {
            // Not to be remembered: it may be there the next time.
            entries.TryRemove(KeyValuePair.Create(experiment, entry));
            throw;
        }

        if (refresh is { } oldest)
            await entry.RefreshAsync(oldest, () => NewsAsync(experiment, live.HasEnded)).WaitAsync(cancellation);
        // The result is written before the event that says so.
        if (live is { HasEnded: true, Result: null })
            live.Result = await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(experiment), cancellation);
        Trim();
        return live;
    }

    private async Task<LiveExperiment> LoadAsync(string id)
    {
        if (!await store.ExistsAsync(ArtifactPaths.Spec(id)))
            throw new ExperimentNotFoundException(id);
        return new LiveExperiment(
            id,
            await SpecArtifact.ReadAsync(store, id, CancellationToken.None),
            await store.ReadEventsAsync(id),
            await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(id)));
    }

    /// <exception cref="ExperimentNotFoundException">Another host has deleted it.</exception>
    private async Task<IReadOnlyList<ExperimentEvent>> NewsAsync(string id, bool hasEnded)
    {
        var events = hasEnded ? [] : await store.ReadEventsAsync(id);
        if (events.Count > 0 || await store.ExistsAsync(ArtifactPaths.Spec(id)))
            return events;
        Forget(id);
        throw new ExperimentNotFoundException(id);
    }

    private void Trim()
    {
        if (entries.Count <= MostEnded)
            return;
        foreach (var (id, entry) in entries.Where(pair => pair.Value.HasEnded).OrderByDescending(pair => pair.Value.LastLook).Skip(MostEnded))
            entries.TryRemove(KeyValuePair.Create(id, entry));
    }

    /// <summary>An experiment, and what was published while it was being read.</summary>
    private sealed class Entry(Func<Task<LiveExperiment>> load)
    {
        private readonly Lock gate = new();
        private readonly List<ExperimentEvent> early = [];
        private Task<LiveExperiment>? loading;
        private Task refreshing = Task.CompletedTask;
        private LiveExperiment? live;
        private long read;

        public long LastLook { get; set; }

        public bool HasEnded => live is { HasEnded: true };

        public void Add(ExperimentEvent happened)
        {
            lock (gate)
            {
                if (live is null)
                    early.Add(happened);
                else
                    live.Add(happened);
            }
        }

        public Task<LiveExperiment> LoadAsync()
        {
            lock (gate)
                return loading ??= LoadOnceAsync();
        }

        /// <summary>Takes in what others have added to the log, if it was read longer ago than that.</summary>
        public Task RefreshAsync(TimeSpan oldest, Func<Task<IReadOnlyList<ExperimentEvent>>> events)
        {
            lock (gate)
            {
                if (refreshing.IsCompleted && Stopwatch.GetElapsedTime(read) > oldest)
                    refreshing = RefreshOnceAsync(events);
                return refreshing;
            }
        }

        private async Task RefreshOnceAsync(Func<Task<IReadOnlyList<ExperimentEvent>>> events)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var happened in await events())
                Add(happened);
            read = started;
        }

        private async Task<LiveExperiment> LoadOnceAsync()
        {
            read = Stopwatch.GetTimestamp();
            var loaded = await load();
            lock (gate)
            {
                // What is in the log comes first; what comes twice is taken once.
                early.ForEach(loaded.Add);
                early.Clear();
                return live = loaded;
            }
        }
    }
}
