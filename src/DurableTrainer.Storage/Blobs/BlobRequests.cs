using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// Sends requests to one container, again and again while a fault may pass, and makes the container when it is not there yet.
/// </summary>
internal sealed class BlobRequests(BlobContainerClient container, string place, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50), LongestDelay = TimeSpan.FromSeconds(5);

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
        for (var tries = 0; ; tries++)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                var result = await attempt(ct);
                known = true;
                return result;
            }
            catch (Exception e) when (!ct.IsCancellationRequested && (BlobFaults.Passes(e, known) || IsWithoutContainer(e)))
            {
                known |= e is RequestFailedException { Status: > 0 };
                var delay = Delay(tries);
                if (time.GetElapsedTime(start) + delay >= patience)
                    throw BlobFaults.Explain(e, action, path, place, patience);
                if (IsWithoutContainer(e))
                    await MakeContainerAsync(ct);
                else
                    await Task.Delay(delay, time, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && BlobFaults.IsRefusal(e))
            {
                throw BlobFaults.Explain(e, action, path, place, patience);
            }
        }
    }

    private static bool IsWithoutContainer(Exception e) => e is RequestFailedException { ErrorCode: "ContainerNotFound" };

    private async Task MakeContainerAsync(CancellationToken ct) =>
        await SendAsync("make the container", container.Name, token => container.CreateIfNotExistsAsync(cancellationToken: token), ct);

    /// <summary>Twice as long each time; anything between half of that and all, so that many who wait do not come back at once.</summary>
    private static TimeSpan Delay(int tries)
    {
        var longest = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 20)), LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));
    }
}
