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
    /// <param name="after">The id of the last event that is known already; null for all of them.</param>
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
            var known = new HashSet<string>();
            var skipping = after is not null;
            foreach (var line in await store.ReadLinesAsync(ArtifactPaths.Events(experiment), cancellation))
            {
                var happened = ArtifactJson.Read<ExperimentEvent>(line);
                known.Add(happened.Id);
                if (!skipping)
                    yield return happened;
                if (!skipping && happened.Type == ExperimentEventType.ExperimentEnded)
                    yield break;
                skipping &= happened.Id != after;
            }

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
