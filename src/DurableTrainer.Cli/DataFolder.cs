using DurableTrainer.Engine;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Cli;

/// <summary>The folder that holds everything: artifacts, unless they are in blob storage, and the engine's journal beside them.</summary>
internal sealed class DataFolder
{
    private DataFolder(string path, BlobLocation? blobs)
    {
        Root = Path.GetFullPath(path);
        Blobs = blobs;
        Store = blobs is null ? new FolderStore(Root) : new BlobStore(blobs);
    }

    public string Root { get; }

    public ArtifactStore Store { get; }

    /// <summary>Where artifacts are if not in the folder.</summary>
    public BlobLocation? Blobs { get; }

    /// <summary>Where the engine keeps its journal.</summary>
    public string Journal => Path.Combine(Root, "engine");

    /// <summary>Whether a process works on the folder now.</summary>
    public bool IsInUse => EmbeddedEngine.IsHeld(Journal);

    public bool Exists => Blobs is not null || Directory.Exists(Root);

    /// <param name="path">The folder.</param>
    /// <param name="blobs">Where artifacts are if not there.</param>
    public static DataFolder Open(string path, BlobLocation? blobs = null) => new(path, blobs);

    /// <exception cref="UsageException">There is no such folder.</exception>
    public static DataFolder OpenToRead(string path, BlobLocation? blobs = null)
    {
        var folder = new DataFolder(path, blobs);
        return folder.Exists ? folder : throw new UsageException($"There is no data folder '{path}'; name another one with --data.");
    }
}
