using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using DurableTrainer.Storage.Folder;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// Artifacts as blobs in one container of Azure Blob Storage, which is made on first use. Any number of processes and machines may use
/// it at once. A service that is away for a while is waited for (<see cref="BlobStoreOptions.Patience"/>); what it did although its
/// answer was lost is not done twice.
/// </summary>
/// <remarks>
/// Whole files are block blobs, logs append blobs. That a path names a file or a folder, not both, is the caller's to keep: unlike a
/// file system, the service would allow both.
/// </remarks>
public sealed class BlobStore : ArtifactStore
{
    /// <summary>In how many logs at most this process remembers where they end.</summary>
    private const int RememberedLogs = 10_000;

    private const string CreationName = "dtrain_creation";

    private readonly BlobStoreOptions options;
    private readonly BlobRequests requests;
    private readonly BlobReading reading;
    private readonly WholeBlob whole;
    private readonly LogRewrite rewrite;
    private readonly BlobListing listing;
    private readonly ConcurrentDictionary<string, BlobLog> logs = new(StringComparer.Ordinal);

    /// <summary>Creations of which no answer says whether they were done when the call gave up, by what was to be created.</summary>
    private readonly ConcurrentDictionary<string, string> doubtfulCreations = new(StringComparer.Ordinal);

    /// <param name="location">Account and container.</param>
    /// <param name="options">How to deal with a service that is slow or away.</param>
    public BlobStore(BlobLocation location, BlobStoreOptions? options = null)
    {
        Location = location;
        this.options = options ?? new BlobStoreOptions();
        requests = new BlobRequests(location.Open(this.options), location.ToString(), this.options);
        reading = new BlobReading(requests, this.options);
        whole = new WholeBlob(requests, this.options);
        rewrite = new LogRewrite(requests, reading, whole, this.options);
        listing = new BlobListing(requests, this.options);
    }

    /// <summary>Account and container.</summary>
    public BlobLocation Location { get; }

    public override async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        while (await whole.WriteAsync(path, content, new WholeBlobTerms(), ct) == WholeBlobOutcome.IsLog
            && !await rewrite.WriteAsync(path, content, null, null, ct))
        {
            // It was deleted in between, and may now be either.
        }
    }

    public override async Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        var key = $"{path}:{Convert.ToHexString(SHA256.HashData(content.Span))}";
        var isDoubtful = doubtfulCreations.TryRemove(key, out var token);
        token ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        var isSettled = false;
        try
        {
            var terms = new WholeBlobTerms(
                new BlobRequestConditions { IfNoneMatch = ETag.All },
                new Dictionary<string, string> { [CreationName] = token },
                () => isDoubtful = true);
            var created = await whole.WriteAsync(path, content, terms, ct) == WholeBlobOutcome.Written;
            created = created || (isDoubtful && await IsCreatedByAsync(path, token, ct));
            isSettled = true;
            return created;
        }
        finally
        {
            // Who is told that this failed tries again, and must then hear that it was this store that created it.
            if (isDoubtful && !isSettled)
                doubtfulCreations[key] = token;
        }
    }

    public override async Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        while (true)
        {
            // Asked for before the content is read: whatever is written from here on, the service then refuses.
            if (await PropertiesAsync("replace", path, ct) is not { } blob || await reading.ReadAsync(path, ct) is not { } found)
                return false;
            if (!expected.Span.SequenceEqual(found))
                return content.Span.SequenceEqual(found);
            var terms = new WholeBlobTerms(new BlobRequestConditions { IfMatch = blob.ETag });
            if (await whole.WriteAsync(path, content, terms, ct) == WholeBlobOutcome.Written)
                return true;

            // Another was quicker, or this call, whose answer was lost: another look tells.
        }
    }

    public override Task<byte[]?> ReadAsync(string path, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        return reading.ReadAsync(path, ct);
    }

    public override async Task<bool> ExistsAsync(string path, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        return await PropertiesAsync("look for", path, ct) is not null;
    }

    public override async Task DeleteAsync(string path, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        var below = await listing.BlobsAsync(path, ct);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = ct };
        await Parallel.ForEachAsync(below.Select(blob => blob.Name).Append(path), parallel, async (name, token) => await DeleteBlobAsync(name, token));
    }

    public override async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default)
    {
        CheckFolder(prefix);
        return [.. (await listing.BlobsAsync(prefix, ct)).Select(blob => blob.Name).Order(StringComparer.Ordinal)];
    }

    public override async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default)
    {
        CheckFolder(prefix);
        return [.. (await listing.FoldersAsync(prefix, ct)).Order(StringComparer.Ordinal)];
    }

    public override async Task<long> SizeAsync(string prefix, CancellationToken ct = default)
    {
        ArtifactPath.Check(prefix);
        return (await listing.BlobsAsync(prefix, ct)).Sum(blob => blob.Properties.ContentLength ?? 0);
    }

    public override Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        var content = LogFile.Encode(lines);
        return content.Length == 0 ? Task.CompletedTask : Log(path).AppendAsync(content, ct);
    }

    public override async Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default) =>
        LogFile.Decode(await ReadAsync(path, ct));

    public override async Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        ArtifactLease.Check(duration);
        while (true)
        {
            var (isThere, lease) = await BlobLease.TryTakeAsync(requests, path, duration, holder, options.Time, ct);
            if (isThere)
                return lease;
            await TryCreateAsync(path, ReadOnlyMemory<byte>.Empty, ct);
        }
    }

    private static void CheckFolder(string prefix)
    {
        if (prefix.Length > 0)
            ArtifactPath.Check(prefix);
    }

    private BlobLog Log(string path)
    {
        // To forget a log costs one look at it; two of the same do not harm each other, as two processes do not.
        if (logs.Count > RememberedLogs)
            logs.Clear();
        return logs.GetOrAdd(path, name => new BlobLog(name, requests, reading, whole, rewrite, options));
    }

    private async Task<bool> IsCreatedByAsync(string path, string token, CancellationToken ct) =>
        await PropertiesAsync("create", path, ct) is { } blob && blob.Metadata.TryGetValue(CreationName, out var creation) && creation == token;

    private Task<BlobProperties?> PropertiesAsync(string action, string path, CancellationToken ct) => requests.SendAsync(
        action,
        path,
        async token =>
        {
            try
            {
                return (await requests.Container.GetBlobClient(path).GetPropertiesAsync(cancellationToken: token)).Value;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        },
        ct);

    private Task<bool> DeleteBlobAsync(string path, CancellationToken ct) => requests.SendAsync(
        "delete",
        path,
        async token =>
        {
            try
            {
                await requests.Container.DeleteBlobIfExistsAsync(path, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: token);
            }
            catch (RequestFailedException e) when (e.ErrorCode is "ContainerNotFound" or "BlobNotFound")
            {
                // Gone, with all else.
            }

            return true;
        },
        ct);
}
