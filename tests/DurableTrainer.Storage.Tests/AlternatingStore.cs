namespace DurableTrainer.Storage.Tests;

/// <summary>Passes every call to the next of two stores in turn.</summary>
internal sealed class AlternatingStore(ArtifactStore first, ArtifactStore second) : ArtifactStore
{
    private int calls;

    private ArtifactStore Next => Interlocked.Increment(ref calls) % 2 == 0 ? first : second;

    public override Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) => Next.WriteAsync(path, content, ct);

    public override Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        Next.TryCreateAsync(path, content, ct);

    public override Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        Next.TryReplaceAsync(path, expected, content, ct);

    public override Task<byte[]?> ReadAsync(string path, CancellationToken ct = default) => Next.ReadAsync(path, ct);

    public override Task<bool> ExistsAsync(string path, CancellationToken ct = default) => Next.ExistsAsync(path, ct);

    public override Task DeleteAsync(string path, CancellationToken ct = default) => Next.DeleteAsync(path, ct);

    public override Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default) => Next.ListAsync(prefix, ct);

    public override Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default) => Next.ListFoldersAsync(prefix, ct);

    public override Task<long> SizeAsync(string prefix, CancellationToken ct = default) => Next.SizeAsync(prefix, ct);

    public override Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default) => Next.AppendAsync(path, lines, ct);

    public override Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default) => Next.ReadLinesAsync(path, ct);

    public override Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default) =>
        Next.TryLeaseAsync(path, duration, holder, ct);
}
