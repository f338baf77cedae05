using System.Buffers.Binary;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs;

/// <summary>How writing a whole blob ended.</summary>
internal enum WholeBlobOutcome
{
    Written,

    /// <summary>The condition did not hold, and nothing was written.</summary>
    Refused,

    /// <summary>The blob is a log, which cannot become a block blob.</summary>
    IsLog,
}

/// <summary>On what terms a whole blob is written.</summary>
/// <param name="Conditions">What must hold of what stands there; null when anything may.</param>
/// <param name="Metadata">What is written beside the content.</param>
/// <param name="OnDoubt">Hears that the service may have written it although no answer said so; another try follows.</param>
internal sealed record WholeBlobTerms(BlobRequestConditions? Conditions = null, IDictionary<string, string>? Metadata = null, Action? OnDoubt = null);

/// <summary>Writes whole files as block blobs, which appear at once: small ones in one request, large ones block by block.</summary>
internal sealed class WholeBlob(BlobRequests requests, BlobStoreOptions options)
{
    public Task<WholeBlobOutcome> WriteAsync(string path, ReadOnlyMemory<byte> content, WholeBlobTerms terms, CancellationToken ct)
    {
        if (content.Length > options.PieceBytes)
            return WriteBlocksAsync(path, content, terms, ct);
        var asked = new BlobUploadOptions { Conditions = terms.Conditions, Metadata = terms.Metadata };
        return SendAsync(path, token => Client(path).UploadAsync(Stream(content), asked, token), terms.OnDoubt, ct);
    }

    private async Task<WholeBlobOutcome> WriteBlocksAsync(string path, ReadOnlyMemory<byte> content, WholeBlobTerms terms, CancellationToken ct)
    {
        while (true)
        {
            // Names of this call alone, so that blocks of two writers do not mix; all of one length, as the service demands.
            var prefix = RandomNumberGenerator.GetBytes(16);
            var blocks = Enumerable.Range(0, (content.Length + options.PieceBytes - 1) / options.PieceBytes).Select(i => BlockId(prefix, i)).ToArray();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = ct };
            var outcome = WholeBlobOutcome.Written;
            await Parallel.ForEachAsync(blocks.Index(), parallel, async (block, token) =>
            {
                var start = block.Index * options.PieceBytes;
                var piece = content.Slice(start, Math.Min(options.PieceBytes, content.Length - start));
                var staged = await SendAsync(path, inner => Client(path).StageBlockAsync(block.Item, Stream(piece), cancellationToken: inner), null, token);
                if (staged != WholeBlobOutcome.Written)
                    outcome = staged;
            });
            if (outcome != WholeBlobOutcome.Written)
                return outcome;

            var asked = new CommitBlockListOptions { Conditions = terms.Conditions, Metadata = terms.Metadata };
            var lost = false;
            outcome = await SendAsync(
                path,
                async token =>
                {
                    try
                    {
                        await Client(path).CommitBlockListAsync(blocks, asked, token);
                    }
                    catch (RequestFailedException e) when (e.ErrorCode == "InvalidBlockList")
                    {
                        lost = true;
                    }
                },
                terms.OnDoubt,
                ct);
            if (!lost)
                return outcome;

            // Another writer of the same file committed first, at which the service drops the blocks of all others.
        }
    }

    private Task<WholeBlobOutcome> SendAsync(string path, Func<CancellationToken, Task> attempt, Action? onDoubt, CancellationToken ct) => requests.SendAsync(
        "write",
        path,
        async token =>
        {
            try
            {
                await attempt(token);
                return WholeBlobOutcome.Written;
            }
            catch (RequestFailedException e) when (e.ErrorCode == "InvalidBlobType")
            {
                return WholeBlobOutcome.IsLog;
            }
            catch (RequestFailedException e) when (e.ErrorCode is "BlobAlreadyExists" or "ConditionNotMet" or "BlobNotFound")
            {
                return WholeBlobOutcome.Refused;
            }
            catch (Exception e) when (onDoubt is not null && BlobFaults.MayHaveActed(e))
            {
                onDoubt();
                throw;
            }
        },
        ct);

    private BlockBlobClient Client(string path) => requests.Container.GetBlockBlobClient(path);

    private static string BlockId(byte[] prefix, int index)
    {
        Span<byte> id = stackalloc byte[20];
        prefix.CopyTo(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], index);
        return Convert.ToBase64String(id);
    }

    internal static Stream Stream(ReadOnlyMemory<byte> content) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
