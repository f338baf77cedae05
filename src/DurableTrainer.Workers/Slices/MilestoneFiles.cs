using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Workers.Slices;

/// <summary>What trials leave for others to take over: themselves after an epoch, and beside it the best that they had been until then.</summary>
internal sealed class MilestoneFiles(ArtifactStore store, string experiment, EpochRanking ranking)
{
    /// <exception cref="CheckpointException">It is gone or damaged.</exception>
    public async Task<TakenOver> ReadAsync(Milestone milestone)
    {
        var last = await ReadAsync(milestone, ArtifactPaths.Milestone(experiment, milestone.Trial, milestone.Epoch));
        var best = ranking.BestOf(last.Checkpoint.History);
        var content = best.Epoch == milestone.Epoch
            ? last.Content
            : (await ReadAsync(milestone, ArtifactPaths.MilestoneBest(experiment, milestone.Trial, milestone.Epoch))).Content;
        return new TakenOver(last.Checkpoint, last.Content, content);
    }

    /// <param name="milestone">Who leaves it, and after which epoch.</param>
    /// <param name="last">The checkpoint of that epoch.</param>
    /// <param name="best">That of the best epoch until then; null when it is the same.</param>
    public async Task WriteAsync(Milestone milestone, byte[] last, byte[]? best)
    {
        if (best is not null)
            await store.WriteAsync(ArtifactPaths.MilestoneBest(experiment, milestone.Trial, milestone.Epoch), best);
        await store.WriteAsync(ArtifactPaths.Milestone(experiment, milestone.Trial, milestone.Epoch), last);
    }

    private async Task<(Checkpoint Checkpoint, byte[] Content)> ReadAsync(Milestone milestone, string path)
    {
        var content = await store.ReadAsync(path) ?? throw Unusable(milestone, $"'{path}' is gone.");
        try
        {
            return (Checkpoint.Read(content), content);
        }
        catch (CheckpointException exception)
        {
            throw Unusable(milestone, $"'{path}' is damaged: {exception.Message}", exception);
        }
    }

    private static CheckpointException Unusable(Milestone milestone, string why, Exception? inner = null) =>
        new($"The model of trial {milestone.Trial} after epoch {milestone.Epoch} cannot be taken over: {why}", inner);
}

/// <summary>A milestone that was read.</summary>
/// <param name="Checkpoint">What to go on from.</param>
/// <param name="Last">Its file.</param>
/// <param name="Best">The file of the best epoch until then; it may be the same.</param>
internal sealed record TakenOver(Checkpoint Checkpoint, byte[] Last, byte[] Best);
