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
            foreach (var path in await store.ListAsync(ArtifactPaths.Milestones(input.Experiment, trial), cancellation))
            {
                if (ArtifactPaths.MilestoneEpoch(path) == epoch)
                    await store.DeleteAsync(path, cancellation);
            }
        }

        return new Unit();
    }
}
