using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Reads an experiment's spec and keeps what the workflows act on.</summary>
internal sealed class LoadPlanActivity(ArtifactStore store) : Activity<string, ExperimentPlan>
{
    public override async Task<ExperimentPlan> RunAsync(ActivityContext context, string input, CancellationToken cancellation) =>
        SearchPlans.Of(await SpecArtifact.ReadAsync(store, input, cancellation));
}
