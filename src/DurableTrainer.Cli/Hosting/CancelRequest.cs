using System.Text;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Hosting;

/// <summary>How one process asks another, which holds the data folder, to cancel an experiment: by an artifact that the other watches for.</summary>
internal static class CancelRequest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public const string Reason = "cancelled";

    public static Task LeaveAsync(ArtifactStore store, string experiment, CancellationToken cancellation) =>
        store.WriteAsync(ArtifactPaths.Cancel(experiment), Encoding.UTF8.GetBytes(Reason), cancellation);

    /// <summary>Takes up a request, now or when one comes. Does not end before <paramref name="cancellation"/>.</summary>
    public static async Task WatchAsync(EmbeddedHost host, ArtifactStore store, string experiment, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (!await store.ExistsAsync(ArtifactPaths.Cancel(experiment), cancellation))
            await timer.WaitForNextTickAsync(cancellation);
        await host.Experiments.CancelAsync(experiment, Reason, cancellation);
        await Task.Delay(Timeout.Infinite, cancellation);
    }
}
