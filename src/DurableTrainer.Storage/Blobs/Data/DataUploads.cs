using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs.Data;

/// <summary>A folder of a container that files of samples are uploaded to. A file appears whole or not at all.</summary>
/// <param name="blobs">The account.</param>
/// <param name="container">The container.</param>
/// <param name="folder">The folder in it.</param>
public sealed class DataUploads(DataBlobs blobs, string container, string folder)
{
    /// <summary>Where the hash of the content stands beside it.</summary>
    private const string Sha256Name = "dtrain_sha256";

    /// <summary>Every version of the service takes blocks of this.</summary>
    private const int BlockBytes = 4 << 20;

    /// <summary>The folder as a path that data paths may be relative to.</summary>
    public string Root { get; } = new BlobPath(container, folder).ToString();

    /// <summary>Takes a file in from a stream.</summary>
    /// <param name="path">Where to, below the folder.</param>
    /// <param name="content">The file.</param>
    /// <param name="arrived">Is told the hash when all has arrived; when it throws, nothing is stored.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="ct">Ends the upload; nothing of it stays.</param>
    /// <returns>What was stored; null when a file is there that was not to be replaced.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public async Task<StoredFile?> WriteAsync(string path, Stream content, Action<string> arrived, bool overwrite, CancellationToken ct)
    {
        var blob = Of(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var upload = RandomNumberGenerator.GetHexString(16);
        var blocks = new List<string>();
        var buffer = new byte[BlockBytes];
        var bytes = 0L;
        while (await content.ReadAtLeastAsync(buffer, BlockBytes, throwOnEndOfStream: false, ct) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            bytes += count;
            blocks.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{upload}{blocks.Count:D8}")));
            await SendAsync(blob, (client, token) => client.StageBlockAsync(blocks[^1], new MemoryStream(buffer, 0, count), cancellationToken: token), ct);
        }

        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        arrived(sha256);
        return await CommitAsync(blob, blocks, sha256, overwrite, ct) ? new StoredFile(path, bytes, sha256) : null;
    }

    /// <returns>The paths of all files below the folder, in ordinal order.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var found = await blobs.ListingOf(container).BlobsAsync(folder, ct);
        return [.. found.Select(blob => blob.Name[(folder.Length + 1)..]).Order(StringComparer.Ordinal)];
    }

    /// <returns>Whether the file is there.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public Task<bool> ExistsAsync(string path, CancellationToken ct) => blobs.ExistsAsync(Of(path), ct);

    /// <returns>What is at a path; null when there is no file.</returns>
    /// <exception cref="StorageException">The service refused, or was away for too long.</exception>
    public async Task<StoredFile?> DescribeAsync(string path, CancellationToken ct)
    {
        if (await blobs.DescribeAsync(Of(path), ct) is not { } found)
            return null;
        if (found.Metadata.TryGetValue(Sha256Name, out var sha256))
            return new StoredFile(path, found.ContentLength, sha256);
        // Somebody else put it there.
        return await blobs.BringAsync(Of(path), ct) is { } file ? await HashAsync(path, file, ct) : null;
    }

    private static async Task<StoredFile> HashAsync(string path, string file, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        return new StoredFile(path, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct)));
    }

    private async Task<bool> CommitAsync(BlobPath blob, List<string> blocks, string sha256, bool overwrite, CancellationToken ct)
    {
        var options = new CommitBlockListOptions
        {
            Metadata = new Dictionary<string, string> { [Sha256Name] = sha256 },
            Conditions = overwrite ? null : new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            await SendAsync(blob, (client, token) => client.CommitBlockListAsync(blocks, options, token), ct);
            return true;
        }
        catch (StorageException e) when (!overwrite && e.InnerException is RequestFailedException { Status: 409 or 412 })
        {
            // What is there may be this very upload, whose answer was lost.
            return (await DescribeAsync(blob.Name[(folder.Length + 1)..], ct))?.Sha256 == sha256;
        }
    }

    private Task<T> SendAsync<T>(BlobPath blob, Func<BlockBlobClient, CancellationToken, Task<T>> request, CancellationToken ct)
    {
        var requests = blobs.RequestsFor(blob.Container);
        return requests.SendAsync("upload", blob.Name, token => request(requests.Container.GetBlockBlobClient(blob.Name), token), ct);
    }

    private BlobPath Of(string path) => new(container, $"{folder}/{path}");
}

/// <summary>A file of samples.</summary>
/// <param name="Path">Below the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in small hexadecimal letters.</param>
public sealed record StoredFile(string Path, long Bytes, string Sha256);
