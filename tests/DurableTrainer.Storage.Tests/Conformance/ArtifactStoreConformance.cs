using System.Text;

namespace DurableTrainer.Storage.Tests.Conformance;

/// <summary>What every store promises. A new one passes by deriving from this and making itself.</summary>
public abstract partial class ArtifactStoreConformance
{
    private readonly Lazy<ArtifactStore> store;

    /// <summary>Makes the store when the first of perhaps many tasks asks for it, since it is made by what derives from this.</summary>
    protected ArtifactStoreConformance() => store = new Lazy<ArtifactStore>(Create);

    private ArtifactStore Store => store.Value;

    /// <summary>The length of a line that is long for this store.</summary>
    protected virtual int LongLine => 800_000;

    /// <summary>A store without files.</summary>
    protected abstract ArtifactStore Create();

    [StoreFact]
    public async Task What_was_cancelled_before_it_began_has_no_effect()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("a/file", Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync("a/log", ["x"], cancelled));

        Assert.Empty(await Store.ListAsync(""));
    }

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);
}
