using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs.Data;

/// <summary>
/// Files of samples in an account of Azure Blob Storage. Training reads files of its own machine: what it needs is brought into a folder
/// there, once for each version that a blob has.
/// </summary>
/// <param name="account">The account; any container of it may be read.</param>
/// <param name="cache">The folder of this machine. It may be emptied while nothing trains.</param>
/// <param name="options">How to deal with a service that is slow or away.</param>
public sealed class DataBlobs(BlobLocation account, string cache, BlobStoreOptions? options = null)
{
    private readonly BlobStoreOptions options = options ?? new BlobStoreOptions();
    private readonly ConcurrentDictionary<string, BlobRequests> containers = new(StringComparer.Ordinal);

    /// <summary>Brings a blob here as it is now.</summary>
    /// <returns>The path of a file that has its content and the last part of its name; null when there is no such blob.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long; or there is no space left here.</exception>
    public async Task<string?> BringAsync(BlobPath blob, CancellationToken ct = default)
    {
        while (await LookAsync(blob, ct) is { } version)
        {
            var folder = Path.Combine(cache, Hash(blob.ToString()));
            var file = Path.Combine(folder, Hash(version.ToString()), Path.GetFileName(blob.Name));
            if (File.Exists(file) || await DownloadAsync(blob, version, file, ct))
            {
                ForgetOthers(folder, Path.GetDirectoryName(file)!);
                return file;
            }
        }

        return null;
    }

    /// <returns>Whether the blob is there.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public async Task<bool> ExistsAsync(BlobPath blob, CancellationToken ct = default) => await LookAsync(blob, ct) is not null;

    /// <summary>What sends requests for a container.</summary>
    internal BlobRequests RequestsFor(string container) => containers.GetOrAdd(
        container, name => new BlobRequests(account.Open(options, name), $"{account.Account.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{name}", options));

    internal BlobListing ListingOf(string container) => new(RequestsFor(container), options);

    /// <returns>What names the blob's present content; null when it is not there.</returns>
    private async Task<ETag?> LookAsync(BlobPath blob, CancellationToken ct) => (await DescribeAsync(blob, ct))?.ETag;

    internal Task<BlobProperties?> DescribeAsync(BlobPath blob, CancellationToken ct) => RequestsFor(blob.Container).SendAsync(
        "read",
        blob.Name,
        async token =>
        {
            try
            {
                return (BlobProperties?)(await RequestsFor(blob.Container).Container.GetBlockBlobClient(blob.Name).GetPropertiesAsync(cancellationToken: token)).Value;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Whether the blob or its container is not there is the same to who wants it.
                return null;
            }
        },
        ct);

    /// <returns>False when the blob has changed since.</returns>
    private async Task<bool> DownloadAsync(BlobPath blob, ETag version, string file, CancellationToken ct)
    {
        var partial = Path.Combine(cache, $"{ArtifactPath.PartialPrefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (!await RequestsFor(blob.Container).SendAsync("read", blob.Name, token => ReceiveAsync(blob, version, partial, token), ct))
                return false;
            // Another process may have brought the same: then both are equal.
            File.Move(partial, file, overwrite: true);
            return true;
        }
        catch (IOException e) when (e.HResult is 28 or unchecked((int)0x80070070))
        {
            throw new StorageException(StorageFault.Full, $"There is no space left in '{cache}' for '{blob}'. Make room, and it goes on.", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<bool> ReceiveAsync(BlobPath blob, ETag version, string partial, CancellationToken ct)
    {
        try
        {
            var asked = new BlobDownloadToOptions { Conditions = new BlobRequestConditions { IfMatch = version } };
            await RequestsFor(blob.Container).Container.GetBlobClient(blob.Name).DownloadToAsync(partial, asked, ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Who still reads an older version has it open.</summary>
    private static void ForgetOthers(string folder, string kept)
    {
        foreach (var version in Directory.EnumerateDirectories(folder).Where(version => version != kept))
        {
            try
            {
                Directory.Delete(version, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use, or another process is quicker: it takes space and does no harm.
            }
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
