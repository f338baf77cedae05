using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// One log, as this process writes it. Lines go to the end as one block, on the condition that the log is as it was last seen, so
/// that a block is never added twice. Where an answer was lost, what stands at the expected position tells whether the block is there.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose handle nobody asked for holds nothing that must be disposed.")]
internal sealed class BlobLog(
    string path, BlobRequests requests, BlobReading reading, WholeBlob whole, LogRewrite rewrite, BlobStoreOptions options)
{
    private readonly SemaphoreSlim gate = new(1);
    private LogEnd? end;
    private bool isStale = true;

    /// <summary>Lines of which no answer says whether they were added, and where they stand if they were. It outlives a call that gave up.</summary>
    private (long Position, byte[] Lines)? doubt;

    public async Task AppendAsync(byte[] lines, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            isStale |= doubt is not null;
            while (!await StandsAlreadyAsync(lines, ct) && !await TryAppendAsync(end!, lines, ct))
                isStale = true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Sees where the log ends, and whether lines of which that was in doubt stand in it.</summary>
    private async Task<bool> StandsAlreadyAsync(byte[] lines, CancellationToken ct)
    {
        if (end is null || isStale)
        {
            end = await LogEnd.LookAsync(reading, rewrite, path, end, ct);
            isStale = false;
        }

        if (doubt is not { } earlier)
            return false;
        var stands = earlier.Lines.AsSpan().SequenceEqual(lines) && await StandAtAsync(earlier.Position, lines, ct);
        doubt = null;
        return stands;
    }

    private async Task<bool> StandAtAsync(long position, byte[] lines, CancellationToken ct)
    {
        for (var start = 0; start < lines.Length;)
        {
            var expected = lines.AsMemory(start, Math.Min(options.PieceBytes, lines.Length - start));
            var part = await reading.ReadPartAsync(path, new HttpRange(position + start, expected.Length), default, ct);
            if (part is null)
                return false;
            if (LogRewrite.Source(part.Metadata, part.Length) is not null)
            {
                await rewrite.FinishAsync(path, ct);
                continue;
            }

            if (!part.Content.AsSpan().SequenceEqual(expected.Span))
                return false;
            start += expected.Length;
        }

        return true;
    }

    /// <returns>False when the log is not as it was last seen.</returns>
    private Task<bool> TryAppendAsync(LogEnd seen, byte[] lines, CancellationToken ct)
    {
        if (seen.Version is null)
            return CreateAsync(ct);
        if (seen.IsTorn || !seen.IsLog || seen.Blocks >= options.LogBlocks || lines.Length > options.LogBlockBytes)
            return WriteAnewAsync(seen, lines, ct);
        return AppendBlockAsync(seen, lines, ct);
    }

    /// <returns>False: it has nothing in it yet.</returns>
    private Task<bool> CreateAsync(CancellationToken ct) => requests.SendAsync(
        "append to",
        path,
        async token =>
        {
            try
            {
                var asked = new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } };
                await requests.Container.GetAppendBlobClient(path).CreateAsync(asked, token);
            }
            catch (RequestFailedException e) when (e.ErrorCode is "BlobAlreadyExists" or "ConditionNotMet" or "InvalidBlobType")
            {
                // Someone else made it, or an earlier try did.
            }

            return false;
        },
        ct);

    private Task<bool> AppendBlockAsync(LogEnd seen, byte[] lines, CancellationToken ct) => requests.SendAsync(
        "append to",
        path,
        async token =>
        {
            var conditions = new AppendBlobRequestConditions { IfMatch = seen.Version, IfAppendPositionEqual = seen.Length };
            try
            {
                var asked = new AppendBlobAppendBlockOptions { Conditions = conditions };
                var answer = await requests.Container.GetAppendBlobClient(path).AppendBlockAsync(new MemoryStream(lines), asked, token);
                doubt = null;
                end = new(seen.Length + lines.Length, answer.Value.ETag, answer.Value.BlobCommittedBlockCount, true, false);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode is "ConditionNotMet" or "AppendPositionConditionNotMet" or "BlobNotFound" or "InvalidBlobType")
            {
                return false;
            }
            catch (Exception e) when (BlobFaults.MayHaveActed(e))
            {
                doubt = (seen.Length, lines);
                throw;
            }
        },
        ct);

    /// <summary>Writes the whole log anew, its torn end cut off, and with the lines: in fewer blocks, or in one piece with lines too long for a block.</summary>
    private async Task<bool> WriteAnewAsync(LogEnd seen, byte[] lines, CancellationToken ct)
    {
        if (await reading.ReadAsItIsAsync(path, seen.Version!.Value, ct) is not { } old || LogRewrite.Source(old.Metadata, old.Length) is not null)
            return false;
        var kept = old.Content.AsSpan().LastIndexOf((byte)'\n') + 1;
        byte[] content = [.. old.Content.AsSpan(0, kept), .. lines];
        void OnDoubt() => doubt = (kept, lines);

        var written = seen.IsLog
            ? await rewrite.WriteAsync(path, content, new AppendBlobRequestConditions { IfMatch = seen.Version }, OnDoubt, ct)
            : await whole.WriteAsync(path, content, new WholeBlobTerms(new BlobRequestConditions { IfMatch = seen.Version }, OnDoubt: OnDoubt), ct)
                == WholeBlobOutcome.Written;
        if (!written)
            return false;
        doubt = null;
        isStale = true;
        return true;
    }
}
