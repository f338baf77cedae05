using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests;

/// <summary>A store on a disk that is full for chosen files.</summary>
internal sealed class FailingStore(ArtifactStore store, Func<string, bool> fails) : ArtifactStore
{
    public override Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) => store.WriteAsync(Pass(path), content, ct);

    public override Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        store.TryCreateAsync(Pass(path), content, ct);

    public override Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        store.TryReplaceAsync(Pass(path), expected, content, ct);

    public override Task<byte[]?> ReadAsync(string path, CancellationToken ct = default) => store.ReadAsync(path, ct);

    public override Task<bool> ExistsAsync(string path, CancellationToken ct = default) => store.ExistsAsync(path, ct);

    public override Task DeleteAsync(string path, CancellationToken ct = default) => store.DeleteAsync(path, ct);

    public override Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default) => store.ListAsync(prefix, ct);

    public override Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default) => store.ListFoldersAsync(prefix, ct);

    public override Task<long> SizeAsync(string prefix, CancellationToken ct = default) => store.SizeAsync(prefix, ct);

    public override Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default) => store.AppendAsync(Pass(path), lines, ct);

    public override Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default) => store.ReadLinesAsync(path, ct);

    public override Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default) =>
        store.TryLeaseAsync(path, duration, holder, ct);

    private string Pass(string path) => fails(path) ? throw new StorageException(StorageFault.Full, $"No space is left for '{path}'.") : path;
}
