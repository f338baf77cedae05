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

    /// <summary>For the last report: a host that is to stop does not wait until a storage that is away is back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> last = new(StringComparer.Ordinal);

    /// <summary>Tells whatever has changed, until it is cancelled, and then for a last time.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(store is BlobStore ? BlobInterval : Interval);
        try
        {
            do
                await FullDisk.TryRoundAsync(() => PublishOnceAsync(cancellation));
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(Patience);
            await PublishOnceAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static PoolReport ReportOf(WorkerPool pool) => new(EmbeddedHost.Pool, pool.Workers, pool.Threads, pool.Waiting, pool.Load);

    private async Task PublishOnceAsync(CancellationToken cancellation)
    {
        foreach (var name in tenant is not null ? [tenant] : await QuotaArtifact.TenantsAsync(store, cancellation))
            await WriteAsync(ArtifactPaths.Account(name), await host.Experiments.AccountAsync(name, cancellation), cancellation);
        await WriteAsync(ArtifactPaths.Pool(EmbeddedHost.Pool), ReportOf(host.Workers), cancellation);
    }

    private async Task WriteAsync<T>(string path, T report, CancellationToken cancellation)
    {
        if (ArtifactJson.WriteLine(report) is var line && line != last.GetValueOrDefault(path))
            await store.WriteAsync(path, ArtifactJson.WriteFile(report), cancellation);
        last[path] = line;
    }
}
