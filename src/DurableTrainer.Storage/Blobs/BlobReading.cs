using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;

namespace DurableTrainer.Storage.Blobs;

/// <summary>Reads blobs: small ones in one request, large ones in pieces, several at once.</summary>
internal sealed class BlobReading(BlobRequests requests, BlobStoreOptions options)
{
    /// <returns>The content as it stood at one moment, or null when there is no such blob.</returns>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
    {
        BlobPart? before = null;
        while (true)
        {
            if (await ReadAsItIsAsync(path, default, ct) is not { } blob)
                return null;
            if (LogRewrite.Source(blob.Metadata, blob.Content.Length) is not { } source)
                return blob.Content;
            if (await ReadAsItIsAsync(source, default, ct) is { } whole)
                return whole.Content;

            // The log was completed since, and its own content is the whole one now.
            if (before?.Version == blob.Version)
                throw LogRewrite.Damaged(path, source);
            before = blob;
        }
    }

    /// <summary>Like <see cref="ReadAsync"/>, but looks at nothing else, and only at one version of the blob if <paramref name="version"/> names it.</summary>
    /// <returns>Null when there is no such blob, or not of that version.</returns>
    public async Task<BlobPart?> ReadAsItIsAsync(string path, ETag version, CancellationToken ct)
    {
        for (var tries = 0; ; tries++)
        {
            var first = await ReadPartAsync(path, new HttpRange(0, options.PieceBytes), version, ct);
            if (first is null || first.Content.Length == first.Length)
                return first;

            // A blob that changes faster than its pieces come is read in one go, which takes longer.
            var content = tries < 3
                ? await ReadPiecesAsync(path, first, ct)
                : (await ReadPartAsync(path, default, version, ct))?.Content;
            if (content is not null)
                return first with { Content = content, Length = content.Length };
            if (version != default)
                return null;
        }
    }

    /// <returns>A part of a blob; without content where it ends before. Null when there is no such blob, or not of that version.</returns>
    public Task<BlobPart?> ReadPartAsync(string path, HttpRange range, ETag version, CancellationToken ct) =>
        requests.SendAsync("read", path, token => TryReadPartAsync(path, range, version, token), ct);

    private async Task<BlobPart?> TryReadPartAsync(string path, HttpRange range, ETag version, CancellationToken ct)
    {
        var conditions = new BlobRequestConditions { IfMatch = version == default ? null : version };
        try
        {
            var asked = new BlobDownloadOptions { Range = range, Conditions = conditions };
            var answer = await requests.Container.GetBlobClient(path).DownloadContentAsync(asked, ct);
            var part = BlobPart.Of(answer.Value);

            // Azurite may look at the condition before, and at the content after another's change.
            return version == default || part.Version == version ? part : null;
        }
        catch (RequestFailedException e) when (e.Status == 416)
        {
            return await TryReadPropertiesAsync(path, conditions, ct);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>What a range beyond the end of a blob amounts to.</summary>
    private async Task<BlobPart?> TryReadPropertiesAsync(string path, BlobRequestConditions conditions, CancellationToken ct)
    {
        try
        {
            return BlobPart.Of((await requests.Container.GetBlobClient(path).GetPropertiesAsync(conditions, ct)).Value);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <returns>Null when the blob changed meanwhile.</returns>
    private async Task<byte[]?> ReadPiecesAsync(string path, BlobPart first, CancellationToken ct)
    {
        if (first.Length > Array.MaxLength)
            throw new StorageException(StorageFault.Other, $"'{path}' holds {first.Length.ToString(CultureInfo.InvariantCulture)} bytes, more than can be read at once.");
        var content = new byte[first.Length];
        var changed = false;
        var starts = new List<long>();

        // The first piece once more, now on condition: Azurite may have told the version of another's change with what stood before it.
        for (long start = 0; start < content.Length; start += options.PieceBytes)
            starts.Add(start);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = ct };
        await Parallel.ForEachAsync(starts, parallel, async (start, token) =>
        {
            var piece = changed ? null : await ReadPartAsync(path, new HttpRange(start, options.PieceBytes), first.Version, token);
            if (piece is null || piece.Length != first.Length)
                changed = true;
            else
                piece.Content.CopyTo(content, start);
        });
        return changed ? null : content;
    }
}

/// <summary>A part of a blob, and what is known of all of it.</summary>
/// <param name="Content">The bytes of the part.</param>
/// <param name="Length">How many bytes the blob has.</param>
/// <param name="Version">Names this state of the blob.</param>
/// <param name="Blocks">Of how many blocks a log is made; 0 for whole files.</param>
/// <param name="IsLog">Whether it is an append blob.</param>
/// <param name="Metadata">What was written beside the content.</param>
internal sealed record BlobPart(byte[] Content, long Length, ETag Version, int Blocks, bool IsLog, IDictionary<string, string> Metadata)
{
    public static BlobPart Of(BlobDownloadResult answer)
    {
        var content = answer.Content.ToArray();
        var range = answer.Details.ContentRange;
        var length = string.IsNullOrEmpty(range) ? content.Length : long.Parse(range[(range.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
        return new(content, length, answer.Details.ETag, answer.Details.BlobCommittedBlockCount, answer.Details.BlobType == BlobType.Append, answer.Details.Metadata);
    }

    public static BlobPart Of(BlobProperties properties) => new(
        [], properties.ContentLength, properties.ETag, properties.BlobCommittedBlockCount, properties.BlobType == BlobType.Append, properties.Metadata);
}
