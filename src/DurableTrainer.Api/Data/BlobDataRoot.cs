using DurableTrainer.Storage.Blobs.Data;

namespace DurableTrainer.Api.Data;

/// <summary>A data root in blob storage, for hosts that have no disk in common.</summary>
/// <param name="uploads">The folder of blobs.</param>
public sealed class BlobDataRoot(DataUploads uploads) : DataRoot
{
    public override string Folder => uploads.Root;

    public override async Task<DataFile> WriteAsync(string path, Stream content, string? sha256, bool overwrite, CancellationToken cancellation) =>
        Of(await uploads.WriteAsync(path, content, arrived => Verify(arrived, sha256), overwrite, cancellation) ?? throw IsThere(path));

    public override async Task<IReadOnlyList<DataFile>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var files = new List<DataFile>();
        foreach (var path in await uploads.ListAsync(cancellation))
        {
            if (files.Count < limit && (after is null || string.CompareOrdinal(path, after) > 0) && await DescribeAsync(path, cancellation) is { } file)
                files.Add(file);
        }

        return files;
    }

    public override Task<bool> ExistsAsync(string path, CancellationToken cancellation) => uploads.ExistsAsync(path, cancellation);

    public override async Task<DataFile?> DescribeAsync(string path, CancellationToken cancellation) =>
        await uploads.DescribeAsync(path, cancellation) is { } stored ? Of(stored) : null;

    private static DataFile Of(StoredFile stored) => new(stored.Path, stored.Bytes, stored.Sha256);
}
