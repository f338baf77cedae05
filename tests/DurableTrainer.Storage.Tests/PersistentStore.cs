namespace DurableTrainer.Storage.Tests;

/// <summary>Calls a store again until it succeeds, as a durable activity does.</summary>
internal sealed class PersistentStore(ArtifactStore store) : ArtifactStore
{
    private const int Attempts = 50;

    public override Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        PersistAsync(async () => { await store.WriteAsync(path, content, ct); return true; });

    public override Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        PersistAsync(() => store.TryCreateAsync(path, content, ct));

    public override Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        PersistAsync(() => store.TryReplaceAsync(path, expected, content, ct));

    public override Task<byte[]?> ReadAsync(string path, CancellationToken ct = default) => PersistAsync(() => store.ReadAsync(path, ct));

    public override Task<bool> ExistsAsync(string path, CancellationToken ct = default) => PersistAsync(() => store.ExistsAsync(path, ct));

    public override Task DeleteAsync(string path, CancellationToken ct = default) =>
        PersistAsync(async () => { await store.DeleteAsync(path, ct); return true; });

    public override Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default) =>
        PersistAsync(() => store.ListAsync(prefix, ct));

    public override Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default) =>
        PersistAsync(() => store.ListFoldersAsync(prefix, ct));

    public override Task<long> SizeAsync(string prefix, CancellationToken ct = default) => PersistAsync(() => store.SizeAsync(prefix, ct));

    public override Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default) =>
        PersistAsync(async () => { await store.AppendAsync(path, lines, ct); return true; });

    public override Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default) =>
        PersistAsync(() => store.ReadLinesAsync(path, ct));

    public override Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default) =>
        PersistAsync(() => store.TryLeaseAsync(path, duration, holder, ct));

    private static async Task<T> PersistAsync<T>(Func<Task<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StorageException) when (attempt < Attempts)
            {
            }
        }
    }
}
