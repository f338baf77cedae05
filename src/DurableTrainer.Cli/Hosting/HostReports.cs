using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Cli.Hosting;

/// <summary>
/// While a host holds the data folder, other processes cannot look into its engine: it tells them once a second what its workers are
/// busy with, and what tenants have used.
/// </summary>
/// <param name="host">Who tells.</param>
/// <param name="store">Where.</param>
/// <param name="tenant">The only tenant; any when null.</param>
internal sealed class HostReports(EmbeddedHost host, ArtifactStore store, string? tenant = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Every look at blob storage is a request that costs.</summary>
    private static readonly TimeSpan BlobInterval = TimeSpan.FromSeconds(30);

    private static readonly string DefaultTenant = new QuotaSpec().Tenant;

    private readonly Dictionary<string, string> last = new(StringComparer.Ordinal);

    /// <summary>Tells whatever has changed, until it is cancelled, and then for a last time.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(store is BlobStore ? BlobInterval : Interval);
        try
        {
            do
                await PublishOnceAsync();
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            await PublishOnceAsync();
        }
    }

    public static PoolReport ReportOf(WorkerPool pool) => new(EmbeddedHost.Pool, pool.Workers, pool.Threads, pool.Waiting, pool.Load);

    private async Task PublishOnceAsync()
    {
        foreach (var name in tenant is not null ? [tenant] : await TenantsAsync())
        {
            var account = TenantAccount.Of(name, await QuotaArtifact.ReadAsync(store, name), await host.Experiments.LedgerAsync(name));
            await WriteAsync(ArtifactPaths.Account(name), account);
        }

        await WriteAsync(ArtifactPaths.Pool(EmbeddedHost.Pool), ReportOf(host.Workers));
    }

    /// <summary>Those that have or had a quota, and the one that experiments have without saying so.</summary>
    private async Task<IReadOnlyList<string>> TenantsAsync() => [.. (await store.ListFoldersAsync(ArtifactPaths.Tenants)).Append(DefaultTenant).Distinct()];

    private async Task WriteAsync<T>(string path, T report)
    {
        if (ArtifactJson.WriteLine(report) is var line && line != last.GetValueOrDefault(path))
            await store.WriteAsync(path, ArtifactJson.WriteFile(report));
        last[path] = line;
    }
}
