using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Api.Events;

/// <summary>What happens in experiments, as it happens and from any point of the past on.</summary>
public sealed class EventFeed(ArtifactStore store)
{
    private readonly ConcurrentDictionary<(string Experiment, ChannelWriter<ExperimentEvent> Follower), bool> followers = new();

    /// <summary>Tells the followers of an experiment about an event that is in its log now.</summary>
    public void Publish(string experiment, ExperimentEvent happened)
    {
        foreach (var (follower, _) in followers)
        {
            if (follower.Experiment == experiment)
                follower.Follower.TryWrite(happened);
        }
    }

    /// <summary>The events of an experiment in order, each once, until the one that ends it.</summary>
    /// <param name="experiment">Its id.</param>
    /// <param name="after">The id of the last event that is known already; all of them when null or not in the log.</param>
    /// <param name="cancellation">Ends the following.</param>
    public async IAsyncEnumerable<ExperimentEvent> FollowAsync(
        string experiment, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var channel = Channel.CreateUnbounded<ExperimentEvent>();
        var follower = (experiment, channel.Writer);
        // Following starts before the log is read, so that nothing falls between the two; what comes twice is told once.
        followers[follower] = true;
        try
        {
            var lines = await store.ReadLinesAsync(ArtifactPaths.Events(experiment), cancellation);
            var log = lines.Select(ArtifactJson.Read<ExperimentEvent>).ToList();
            var known = log.Select(happened => happened.Id).ToHashSet();
            foreach (var happened in log.Skip(log.FindIndex(happened => happened.Id == after) + 1))
                yield return happened;
            if (log.Exists(happened => happened.Type == ExperimentEventType.ExperimentEnded))
                yield break;

            await foreach (var happened in channel.Reader.ReadAllAsync(cancellation))
            {
                if (known.Add(happened.Id))
                    yield return happened;
                if (happened.Type == ExperimentEventType.ExperimentEnded)
                    yield break;
            }
        }
        finally
        {
            followers.TryRemove(follower, out _);
        }
    }
}
