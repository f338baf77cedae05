using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Reads an experiment's spec and keeps what the workflows act on.</summary>
internal sealed class LoadPlanActivity(ArtifactStore store) : Activity<string, ExperimentPlan>
{
    public override async Task<ExperimentPlan> RunAsync(ActivityContext context, string input, CancellationToken cancellation)
    {
        var spec = await SpecArtifact.ReadAsync(store, input, cancellation);
        var transferred = spec.Tuner.TransferFrom.Count == 0
            ? []
            : await store.RequireJsonAsync<IReadOnlyList<TransferredTrial>>(ArtifactPaths.Transfer(input), cancellation);
        var replay = await store.ReadJsonAsync<Replay>(ArtifactPaths.Replay(input), cancellation);
        var quota = await QuotaArtifact.ReadAsync(store, spec.Quota.Tenant, cancellation);
        // Earlier experiments are looked into only where their word counts.
        var expected = replay is null && quota.Allowed.Named.Any() ? await UsageOutlook.OfAsync(store, spec, cancellation) : null;
        return SearchPlans.Of(spec, transferred, quota.Weight, replay?.Lineage, expected?.Usage);
    }
}
