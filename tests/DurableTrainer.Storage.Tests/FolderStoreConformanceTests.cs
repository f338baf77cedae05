using DurableTrainer.Storage.Tests.Conformance;

namespace DurableTrainer.Storage.Tests;

public sealed class FolderStoreConformanceTests : ArtifactStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ArtifactStore Create() => new FolderStore(folder["root"]);
}

/// <summary>Two stores on one folder, as two processes have them: no call may rely on what the other store remembers.</summary>
public sealed class SharedFolderConformanceTests : ArtifactStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ArtifactStore Create() => new AlternatingStore(new FolderStore(folder["root"]), new FolderStore(folder["root"]));
}

/// <summary>A disk on which one operation in seven fails, under a caller that tries again.</summary>
public sealed class FailingFolderConformanceTests : ArtifactStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ArtifactStore Create()
    {
        // Longer than any call, and sharing no factor with the operations of one that is tried again, so that each of them fails in its turn.
        return new PersistentStore(new FolderStore(folder["root"], new FaultyDisk((number, _) => number % 11 == 3)));
    }
}
