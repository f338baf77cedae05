using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Reads what was kept of a trial that has ended.</summary>
internal sealed class ReadTrialActivity(ArtifactStore store) : Activity<TrialId, TrialSummary>
{
    public override Task<TrialSummary> RunAsync(ActivityContext context, TrialId input, CancellationToken cancellation) =>
        store.RequireJsonAsync<TrialSummary>(ArtifactPaths.TrialSummary(input.Experiment, input.Trial), cancellation);
}
