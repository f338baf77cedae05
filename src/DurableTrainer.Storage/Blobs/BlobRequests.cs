using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// Sends requests to one container, again and again while a fault may pass, and makes the container when it is not there yet.
/// </summary>
internal sealed class BlobRequests(BlobContainerClient container, string place, BlobStoreOptions options)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time = options.Time;
    private readonly TimeSpan patience = options.Patience;
    private volatile bool known;

    public BlobContainerClient Container => container;

    /// <param name="action">What is tried, as in "write".</param>
    /// <param name="path">The artifact.</param>
    /// <param name="attempt">
    /// One try. Another may follow although the service did what this one asked, and only the answer was lost.
    /// </param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public async Task<T> SendAsync<T>(string action, string path, Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var isMade = false;
        for (var tries = 0; ; tries++)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                var result = await attempt(ct);
                known = true;
                return result;
            }
            catch (Exception e) when (ct.IsCancellationRequested && BlobFaults.IsRefusal(e))
            {
                throw new OperationCanceledException("The call was cancelled while the storage service did not answer.", e, ct);
            }
            catch (RequestFailedException e) when (e.ErrorCode == "ContainerNotFound" && !isMade)
            {
                await MakeContainerAsync(ct);
                isMade = true;
            }
            catch (Exception e) when (BlobFaults.Passes(e, known))
            {
                known |= e is RequestFailedException { Status: > 0 };
                var delay = Delay(tries);
                if (time.GetElapsedTime(start) + delay >= patience)
                    throw BlobFaults.Explain(e, action, path, place, patience);
                await Task.Delay(delay, time, ct);
            }
            catch (Exception e) when (BlobFaults.IsRefusal(e))
            {
                throw BlobFaults.Explain(e, action, path, place, patience);
            }
        }
    }

    private async Task MakeContainerAsync(CancellationToken ct) =>
        await SendAsync("make the container", container.Name, token => container.CreateIfNotExistsAsync(cancellationToken: token), ct);

    /// <summary>Twice as long each time; anything between half of that and all, so that many who wait do not come back at once.</summary>
    private TimeSpan Delay(int tries)
    {
        var longest = Math.Min(options.FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 20)), LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));
    }
}
