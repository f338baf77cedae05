using DurableTrainer.Engine;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Reads what tenants have used and hold, whether or not another process works on the folder.</summary>
internal static class Accounts
{
    public static async Task<IReadOnlyList<TenantAccount>> ReadAsync(DataFolder folder, IReadOnlyList<string> tenants, CancellationToken cancellation)
    {
        var accounts = new List<TenantAccount>();
        try
        {
            await using var host = await EmbeddedHost.OpenAsync(folder, workers: 1, telemetry: null, cancellation);
            foreach (var tenant in tenants)
                accounts.Add(await host.Experiments.AccountAsync(tenant, cancellation));
        }
        catch (FolderLockedException)
        {
            // Its host tells what it knows once a second.
            foreach (var tenant in tenants)
                accounts.Add(await folder.Store.ReadJsonAsync<TenantAccount>(ArtifactPaths.Account(tenant), cancellation) ?? await NewAsync(folder, tenant, cancellation));
        }

        return accounts;
    }

    /// <summary>The account of a tenant that has used nothing.</summary>
    public static async Task<TenantAccount> NewAsync(DataFolder folder, string tenant, CancellationToken cancellation) =>
        TenantAccount.Of(tenant, await QuotaArtifact.ReadAsync(folder.Store, tenant, cancellation), new());
}
