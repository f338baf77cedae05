using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Keeps what is worth keeping of a trial: its summary, its best checkpoint, and what others may still take over.</summary>
internal sealed class EndTrialActivity(ArtifactStore store, EventLog events) : Activity<TrialEnding, Unit>
{
    public override async Task<Unit> RunAsync(ActivityContext context, TrialEnding input, CancellationToken cancellation)
    {
        var trial = input.Summary.Trial;
        await store.WriteAsync(ArtifactPaths.TrialSummary(input.Experiment, trial), ArtifactJson.WriteFile(input.Summary), cancellation);
        foreach (var path in await store.ListAsync(ArtifactPaths.Checkpoints(input.Experiment, trial), cancellation))
        {
            if (path != input.Summary.Checkpoint)
                await store.DeleteAsync(path, cancellation);
        }

        var held = input.Held.Select(milestone => (long?)milestone.Epoch).ToHashSet();
        foreach (var path in await store.ListAsync(ArtifactPaths.Milestones(input.Experiment, trial), cancellation))
        {
            if (!held.Contains(ArtifactPaths.MilestoneEpoch(path)))
                await store.DeleteAsync(path, cancellation);
        }

        await events.AppendAsync(input.Experiment, input.Events, cancellation);
        await events.TellAsync(input.Experiment, story => story.Tell(input.Summary, input.Events[^1]), cancellation);
        return new Unit();
    }
}
