using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Workers.Slices;

/// <summary>What trials leave for others to take over: themselves after an epoch, and beside it the best that they had been until then.</summary>
internal sealed class MilestoneFiles<TCheckpoint>(ArtifactStore store, string experiment, EpochRanking ranking, CheckpointFormat<TCheckpoint> format)
    where TCheckpoint : ITrialCheckpoint
{
    /// <exception cref="CheckpointException">It is gone or damaged.</exception>
    public async Task<TakenOver<TCheckpoint>> ReadAsync(Milestone milestone)
    {
        var last = await ReadAsync(milestone, PathOf(milestone));
        var best = ranking.BestOf(last.Checkpoint.History);
        var content = best.Epoch == milestone.Epoch
            ? last.Content
            : (await ReadAsync(milestone, BestPathOf(milestone))).Content;
        return new TakenOver<TCheckpoint>(last.Checkpoint, last.Content, content);
    }

    /// <param name="milestone">Who leaves it, and after which epoch.</param>
    /// <param name="last">The checkpoint of that epoch.</param>
    /// <param name="best">That of the best epoch until then; null when it is the same.</param>
    public async Task WriteAsync(Milestone milestone, byte[] last, byte[]? best)
    {
        if (best is not null)
            await store.WriteAsync(BestPathOf(milestone), best);
        await store.WriteAsync(PathOf(milestone), last);
    }

    private string PathOf(Milestone milestone) => ArtifactPaths.Milestone(experiment, milestone.Trial, milestone.Epoch, format.Extension);

    private string BestPathOf(Milestone milestone) => ArtifactPaths.MilestoneBest(experiment, milestone.Trial, milestone.Epoch, format.Extension);

    private async Task<(TCheckpoint Checkpoint, byte[] Content)> ReadAsync(Milestone milestone, string path)
    {
        var content = await store.ReadAsync(path) ?? throw Unusable(milestone, $"'{path}' is gone.");
        try
        {
            return (format.Read(content), content);
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
internal sealed record TakenOver<TCheckpoint>(TCheckpoint Checkpoint, byte[] Last, byte[] Best);
