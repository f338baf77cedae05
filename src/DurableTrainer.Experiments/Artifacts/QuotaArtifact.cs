using DurableTrainer.Core.Spec;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>What a tenant may use, where its operator sets it. An experiment is held to what was set when it was let in.</summary>
public static class QuotaArtifact
{
    /// <returns>Without any bound where nothing was set.</returns>
    public static async Task<Quota> ReadAsync(ArtifactStore store, string tenant, CancellationToken cancellation = default) =>
        await store.ReadJsonAsync<Quota>(ArtifactPaths.Quota(tenant), cancellation) ?? Quota.Unlimited;

    /// <summary>Those that have or had a quota, and the tenant of experiments that name none; in ordinal order.</summary>
    public static async Task<IReadOnlyList<string>> TenantsAsync(ArtifactStore store, CancellationToken cancellation = default) =>
        [.. (await store.ListFoldersAsync(ArtifactPaths.Tenants, cancellation)).Append(QuotaSpec.DefaultTenant).Distinct().Order(StringComparer.Ordinal)];

    public static Task WriteAsync(ArtifactStore store, string tenant, Quota quota, CancellationToken cancellation = default) =>
        store.WriteAsync(ArtifactPaths.Quota(tenant), ArtifactJson.WriteFile(quota), cancellation);
}
