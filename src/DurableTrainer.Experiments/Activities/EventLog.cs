using System.Collections.Concurrent;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Experiments.Activities;

/// <summary>The logs of what happened, one for each experiment. An event that a log already holds is not written again.</summary>
internal sealed class EventLog(ArtifactStore store, Action<string, ExperimentEvent> happened, ILoggerFactory? loggers = null)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Log>>> logs = new();
    private readonly ILogger logger = loggers?.CreateLogger("DurableTrainer.Experiments") ?? NullLogger.Instance;

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
            foreach (var e in missing)
            {
                log.Story.Take(e);
                logger.Happened(experiment, e);
                happened(experiment, e);
            }
        }
        finally
        {
            log.Turn.Release();
        }
    }

    /// <summary>Tells something of an experiment by what its log holds.</summary>
    public async Task TellAsync(string experiment, Action<ExperimentStory> tell, CancellationToken cancellation)
    {
        if (!Signals.Source.HasListeners())
            return;
        await AskAsync(experiment, story =>
        {
            tell(story);
            return true;
        }, cancellation);
    }

    /// <summary>Asks something of an experiment by what its log holds.</summary>
    public async Task<T> AskAsync<T>(string experiment, Func<ExperimentStory, T> ask, CancellationToken cancellation)
    {
        var log = await LogAsync(experiment);
        await log.Turn.WaitAsync(cancellation);
        try
        {
            return ask(log.Story);
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

    private async Task<Log> OpenAsync(string experiment)
    {
        var log = new Log(new SemaphoreSlim(1), [], new ExperimentStory(experiment));
        foreach (var e in await store.ReadEventsAsync(experiment))
        {
            log.Known.Add(e.Id);
            log.Story.Read(e);
        }

        return log;
    }

    private sealed record Log(SemaphoreSlim Turn, HashSet<string> Known, ExperimentStory Story);
}
