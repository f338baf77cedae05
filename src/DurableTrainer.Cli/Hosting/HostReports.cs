using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Cli.Hosting;

/// <summary>
/// While a host holds the data folder, other processes cannot look into its engine: it tells them once a second what its workers are
/// busy with, and what its tenant has used.
/// </summary>
internal sealed class HostReports(EmbeddedHost host, ArtifactStore store, string tenant)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string? lastPool;
    private string? lastAccount;

    /// <summary>Tells whatever has changed, until it is cancelled, and then for a last time.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
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
        var account = TenantAccount.Of(tenant, await QuotaArtifact.ReadAsync(store, tenant), await host.Experiments.LedgerAsync(tenant));
        lastAccount = await WriteAsync(ArtifactPaths.Account(tenant), account, lastAccount);
        lastPool = await WriteAsync(ArtifactPaths.Pool(EmbeddedHost.Pool), ReportOf(host.Workers), lastPool);
    }

    private async Task<string> WriteAsync<T>(string path, T report, string? last)
    {
        if (ArtifactJson.WriteLine(report) is var line && line != last)
            await store.WriteAsync(path, ArtifactJson.WriteFile(report));
        return line;
    }
}
