using System.Collections.Concurrent;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>The logs of what happened, one for each experiment. An event that a log already holds is not written again.</summary>
internal sealed class EventLog(ArtifactStore store, Action<string, ExperimentEvent> happened)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Log>>> logs = new();

    public async Task AppendAsync(string experiment, IReadOnlyList<ExperimentEvent> events, CancellationToken cancellation)
    {
        var log = await LogAsync(experiment);
        await log.Turn.WaitAsync(cancellation);
        try
        {
            var missing = events.Where(e => !log.Known.Contains(e.Id)).ToList();
            if (missing.Count == 0)
                return;
            await store.AppendAsync(ArtifactPaths.Events(experiment), [.. missing.Select(ArtifactJson.WriteLine)], cancellation);
            log.Known.UnionWith(missing.Select(e => e.Id));
            missing.ForEach(e => happened(experiment, e));
        }
        finally
        {
            log.Turn.Release();
        }
    }

    private async Task<Log> LogAsync(string experiment)
    {
        var opening = logs.GetOrAdd(experiment, id => new(() => OpenAsync(id)));
        try
        {
            return await opening.Value;
        }
        catch (StorageException)
        {
            // Not to be remembered: it may open the next time.
            logs.TryRemove(KeyValuePair.Create(experiment, opening));
            throw;
        }
    }

    private async Task<Log> OpenAsync(string experiment) => new(
        new SemaphoreSlim(1),
        [.. (await store.ReadEventsAsync(experiment)).Select(e => e.Id)]);

    private sealed record Log(SemaphoreSlim Turn, HashSet<string> Known);
}
