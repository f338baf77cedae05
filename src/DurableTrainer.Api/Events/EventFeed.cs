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
            var log = await store.ReadEventsAsync(experiment, cancellation);
            var known = log.Select(happened => happened.Id).ToHashSet();
            var start = log.Any(happened => happened.Id == after) ? log.SkipWhile(happened => happened.Id != after).Skip(1) : log;
            foreach (var happened in start)
                yield return happened;
            if (log.Any(happened => happened.Type == ExperimentEventType.ExperimentEnded))
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
