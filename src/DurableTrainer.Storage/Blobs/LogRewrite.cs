using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// Gives an append blob another content, at once, although the service can only empty it and append. The content is first written
/// beside, as a whole blob; then one request empties the log and notes in its metadata where the whole content stands and how long
/// it is. From that moment on the new content holds: as long as the log is shorter than noted, readers take the whole blob, and every
/// writer first goes on filling the log. So a crash at any point loses nothing and needs no repair.
/// </summary>
internal sealed class LogRewrite(BlobRequests requests, BlobReading reading, WholeBlob whole, BlobStoreOptions options)
{
    private const string SourceName = "dtrain_source", LengthName = "dtrain_length";

    /// <param name="metadata">That of a log.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <returns>The path of the whole blob that holds its content while it is being filled, or null.</returns>
    public static string? Source(IDictionary<string, string> metadata, long length) =>
        metadata.TryGetValue(SourceName, out var source)
        && metadata.TryGetValue(LengthName, out var noted)
        && length < long.Parse(noted, CultureInfo.InvariantCulture)
            ? source
            : null;

    /// <param name="path">The log.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="conditions">What must hold of the log; null when anything may stand there.</param>
    /// <param name="onDoubt">Hears that the service may have done it although no answer said so; another try follows.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether the condition held.</returns>
    public async Task<bool> WriteAsync(
        string path, ReadOnlyMemory<byte> content, AppendBlobRequestConditions? conditions, Action? onDoubt, CancellationToken ct)
    {
        // Beside all folders, where listings of them do not come by; the prefix hides it from the rest.
        var source = ArtifactPath.PartialPrefix + RandomNumberGenerator.GetHexString(32, lowercase: true);
        await whole.WriteAsync(source, content, new WholeBlobTerms(), ct);

        var asked = new AppendBlobCreateOptions
        {
            Conditions = conditions,
            Metadata = new Dictionary<string, string>
            {
                [SourceName] = source,
                [LengthName] = content.Length.ToString(CultureInfo.InvariantCulture),
            },
        };
        var doubtful = false;
        var done = await requests.SendAsync(
            "write",
            path,
            async token =>
            {
                try
                {
                    await Client(path).CreateAsync(asked, token);
                    return true;
                }
                catch (RequestFailedException e) when (e.ErrorCode is "ConditionNotMet" or "BlobAlreadyExists" or "BlobNotFound" or "InvalidBlobType")
                {
                    return false;
                }
                catch (Exception e) when (BlobFaults.MayHaveActed(e))
                {
                    doubtful = true;
                    onDoubt?.Invoke();
                    throw;
                }
            },
            ct);
        if (done)
            await FinishAsync(path, ct);

        // In doubt the log may need it still; who completes it takes it away.
        if (done || !doubtful)
            await DeleteAsync(source, ct);
        return done;
    }

    /// <summary>Fills a log whose rewriting began, here or in a process that is gone.</summary>
    public async Task FinishAsync(string path, CancellationToken ct)
    {
        BlobPart? before = null;
        while (true)
        {
            if (await reading.ReadPartAsync(path, new HttpRange(0, 1), default, ct) is not { } log || Source(log.Metadata, log.Length) is not { } source)
                return;

            var part = await reading.ReadPartAsync(source, new HttpRange(log.Length, options.LogBlockBytes), default, ct);
            if (part is not { Content.Length: > 0 })
            {
                // Another completed it meanwhile, or it cannot be completed.
                if (before?.Version == log.Version)
                    throw Damaged(path, source);
                before = log;
                continue;
            }

            var isLast = log.Length + part.Content.Length == part.Length;
            if (await FillAsync(path, log, part.Content, ct) && isLast)
                await DeleteAsync(source, ct);
        }
    }

    public static StorageException Damaged(string path, string source) =>
        new(StorageFault.Missing, $"The log '{path}' is damaged: '{source}', which holds its content, is gone. Restore that blob, or delete the log.");

    /// <returns>Whether the log was as it was read; then the part stands in it now.</returns>
    private Task<bool> FillAsync(string path, BlobPart log, byte[] content, CancellationToken ct) => requests.SendAsync(
        "write",
        path,
        async token =>
        {
            var conditions = new AppendBlobRequestConditions { IfMatch = log.Version, IfAppendPositionEqual = log.Length };
            try
            {
                await Client(path).AppendBlockAsync(new MemoryStream(content), new AppendBlobAppendBlockOptions { Conditions = conditions }, token);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412 or 409)
            {
                // Another is filling it too, or an earlier try did: the next look tells.
                return false;
            }
        },
        ct);

    private Task<bool> DeleteAsync(string source, CancellationToken ct) => requests.SendAsync(
        "delete", source, async token => (await requests.Container.DeleteBlobIfExistsAsync(source, cancellationToken: token)).Value, ct);

    private AppendBlobClient Client(string path) => requests.Container.GetAppendBlobClient(path);
}
