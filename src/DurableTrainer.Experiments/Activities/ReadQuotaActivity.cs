using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Activities;

/// <summary>What a tenant may use, as it is set now.</summary>
internal sealed class ReadQuotaActivity(ArtifactStore store) : Activity<string, Quota>
{
    public override Task<Quota> RunAsync(ActivityContext context, string input, CancellationToken cancellation) =>
        QuotaArtifact.ReadAsync(store, input, cancellation);
}
