using System.Text;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Cli.Hosting;

/// <summary>How one process asks another, which holds the data folder, to cancel an experiment: by an artifact that the other watches for.</summary>
internal static class CancelRequest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Every look at blob storage is a request that costs.</summary>
    private static readonly TimeSpan BlobInterval = TimeSpan.FromSeconds(10);

    public const string Reason = "cancelled";

    public static Task LeaveAsync(ArtifactStore store, string experiment, CancellationToken cancellation) =>
        store.WriteAsync(ArtifactPaths.Cancel(experiment), Encoding.UTF8.GetBytes(Reason), cancellation);

    /// <summary>Takes up requests, now or when they come. Does not end before <paramref name="cancellation"/>.</summary>
    /// <param name="host">Who works on the experiments.</param>
    /// <param name="store">Where requests are left.</param>
    /// <param name="experiment">The only experiment to look after; all that are unfinished when null.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public static async Task WatchAsync(EmbeddedHost host, ArtifactStore store, string? experiment, CancellationToken cancellation)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(store is BlobStore ? BlobInterval : Interval);
        do
            await FullDisk.TryRoundAsync(TakeUpAsync);
        while (await timer.WaitForNextTickAsync(cancellation));

        async Task TakeUpAsync()
        {
            foreach (var id in experiment is not null ? [experiment] : await host.Experiments.UnfinishedAsync(cancellation))
            {
                if (!taken.Contains(id) && await store.ExistsAsync(ArtifactPaths.Cancel(id), cancellation))
                {
                    await host.Experiments.CancelAsync(id, Reason, cancellation);
                    taken.Add(id);
                }
            }
        }
    }
}
