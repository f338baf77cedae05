using DurableTrainer.Durable;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Deletes what trials left for others to take over, once nobody will.</summary>
internal sealed class DeleteMilestonesActivity(ArtifactStore store) : Activity<ReleasedMilestones, Unit>
{
    public override async Task<Unit> RunAsync(ActivityContext context, ReleasedMilestones input, CancellationToken cancellation)
    {
        foreach (var (trial, epoch) in input.Milestones)
        {
            await store.DeleteAsync(ArtifactPaths.MilestoneBest(input.Experiment, trial, epoch), cancellation);
            await store.DeleteAsync(ArtifactPaths.Milestone(input.Experiment, trial, epoch), cancellation);
        }

        return new Unit();
    }
}
