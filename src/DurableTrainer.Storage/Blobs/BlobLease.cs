using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs;

/// <summary>A lease of the service on a blob, renewed three times as often as needed.</summary>
internal sealed class BlobLease : ArtifactLease
{
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(5);

    private readonly BlobRequests requests;
    private readonly string path;
    private readonly BlobLeaseClient client;
    private readonly TimeSpan duration;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost;
    private readonly CancellationTokenSource given = new();
    private readonly Task renewing;
    private long renewed;

    private BlobLease(BlobRequests requests, string path, BlobLeaseClient client, TimeSpan duration, TimeProvider time, long taken)
    {
        this.requests = requests;
        this.path = path;
        this.client = client;
        this.duration = duration;
        this.time = time;
        renewed = taken;

        // Counted from before the request, so that the holder hears of a loss no later than another can take the lease.
        lost = new CancellationTokenSource(Positive(duration - time.GetElapsedTime(taken)), time);
        Lost = lost.Token;
        renewing = RenewAsync();
    }

    public override CancellationToken Lost { get; }

    public override bool IsHeld => !given.IsCancellationRequested && !Lost.IsCancellationRequested && time.GetElapsedTime(Interlocked.Read(ref renewed)) < duration;

    /// <param name="requests">Sends the request.</param>
    /// <param name="path">A blob that is there.</param>
    /// <param name="duration">For how long it is taken at a time.</param>
    /// <param name="holder">Who takes it; null for nobody that ever was.</param>
    /// <param name="time">What the renewal goes by.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether there is such a blob, and the lease if nobody has it.</returns>
    public static Task<(bool IsThere, BlobLease? Lease)> TryTakeAsync(
        BlobRequests requests, string path, TimeSpan duration, string? holder, TimeProvider time, CancellationToken ct)
    {
        // An id of our own: who asks again under the id that has the lease is given it again, so a lost answer costs nothing.
        var id = holder is null ? RandomNumberGenerator.GetBytes(16) : SHA256.HashData(Encoding.UTF8.GetBytes(holder))[..16];
        var client = requests.Container.GetBlobClient(path).GetBlobLeaseClient(new Guid(id).ToString());
        return requests.SendAsync<(bool, BlobLease?)>(
            "lease",
            path,
            async token =>
            {
                var asked = time.GetTimestamp();
                try
                {
                    await client.AcquireAsync(duration, cancellationToken: token);
                    return (true, new BlobLease(requests, path, client, duration, time, asked));
                }
                catch (RequestFailedException e) when (e.ErrorCode == "LeaseAlreadyPresent")
                {
                    return (true, null);
                }
                catch (RequestFailedException e) when (e.ErrorCode == "BlobNotFound")
                {
                    return (false, null);
                }
            },
            ct);
    }

    public override async ValueTask DisposeAsync()
    {
        if (given.IsCancellationRequested)
            return;
        var held = IsHeld;
        await given.CancelAsync();
        await renewing;
        if (held)
            await ReleaseAsync();
        lost.Dispose();
        given.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(duration / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(given.Token) && !Lost.IsCancellationRequested && await TryRenewAsync())
            {
            }
        }
        catch (OperationCanceledException) when (given.IsCancellationRequested)
        {
            // It was given back.
        }
    }

    /// <returns>False when another has it.</returns>
    private async Task<bool> TryRenewAsync()
    {
        var asked = time.GetTimestamp();
        try
        {
            await client.RenewAsync(cancellationToken: given.Token);
            lost.CancelAfter(Positive(duration - time.GetElapsedTime(asked)));
            Interlocked.Exchange(ref renewed, asked);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            await lost.CancelAsync();
            return false;
        }
        catch (Exception e) when (!given.IsCancellationRequested && BlobFaults.IsRefusal(e))
        {
            // The next tick tries again; if none succeeds in time, the lease is lost by the clock.
            return true;
        }
    }

    /// <summary>Tries for a while, since until the lease ends by itself nobody else gets it.</summary>
    private async Task ReleaseAsync()
    {
        using var patience = new CancellationTokenSource(ReleasePatience, time);
        try
        {
            await requests.SendAsync("give back the lease", path, token => client.ReleaseAsync(cancellationToken: token), patience.Token);
        }
        catch (Exception e) when (e is StorageException or OperationCanceledException)
        {
            // It was given back and the answer lost, or another has it, or the service is away: then it ends by itself.
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromTicks(1);
}
