using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace DurableTrainer.Storage.Blobs;

/// <summary>Lists blobs page by page; each page is asked for again by itself when it was lost.</summary>
internal sealed class BlobListing(BlobRequests requests, BlobStoreOptions options)
{
    /// <returns>All blobs below a folder, in the service's order; those that are being written left out.</returns>
    public async Task<List<BlobItem>> BlobsAsync(string folder, CancellationToken ct)
    {
        var found = await AllAsync(folder, (container, prefix) => container.GetBlobsAsync(prefix: prefix), ct);
        found.RemoveAll(blob => blob.Name[(blob.Name.LastIndexOf('/') + 1)..].StartsWith(ArtifactPath.PartialPrefix, StringComparison.Ordinal));
        return found;
    }

    /// <returns>The names of the folders directly in a folder.</returns>
    public async Task<List<string>> FoldersAsync(string folder, CancellationToken ct)
    {
        var found = await AllAsync(folder, (container, prefix) => container.GetBlobsByHierarchyAsync(delimiter: "/", prefix: prefix), ct);
        var above = Prefix(folder)?.Length ?? 0;
        return [.. found.Where(item => item.IsPrefix).Select(item => item.Prefix[above..].TrimEnd('/')).Distinct(StringComparer.Ordinal)];
    }

    private async Task<List<T>> AllAsync<T>(string folder, Func<BlobContainerClient, string?, AsyncPageable<T>> list, CancellationToken ct)
        where T : notnull
    {
        var found = new List<T>();
        string? continuation = null;
        do
        {
            var page = await requests.SendAsync("list", folder, token => PageAsync(list(requests.Container, Prefix(folder)), continuation, token), ct);
            found.AddRange(page?.Values ?? []);
            continuation = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
        return found;
    }

    /// <returns>Null when there is no container yet.</returns>
    private async Task<Page<T>?> PageAsync<T>(AsyncPageable<T> pages, string? continuation, CancellationToken ct)
        where T : notnull
    {
        try
        {
            await using var page = pages.AsPages(continuation, options.PageLength).GetAsyncEnumerator(ct);
            return await page.MoveNextAsync() ? page.Current : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == "ContainerNotFound")
        {
            return null;
        }
    }

    private static string? Prefix(string folder) => folder.Length == 0 ? null : folder + "/";
}
