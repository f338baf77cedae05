using System.Security.Cryptography;
using DurableTrainer.Cli.Commands;
using DurableTrainer.Engine;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Cli;

/// <summary>The folder that holds everything: artifacts, unless they are in blob storage, and the engine's journal beside them.</summary>
internal sealed class DataFolder
{
    private DataFolder(string path, BlobLocation? blobs)
    {
        Root = Path.GetFullPath(path);
        Blobs = blobs;
        Store = blobs is null ? new FolderStore(Root) : new BlobStore(blobs, new BlobStoreOptions { Patience = TimeSpan.FromSeconds(15) });
        Files = new DataFiles(() => (blobs ?? CommonOptions.NamedByEnvironment()) is { } account ? new DataBlobs(account, Path.Combine(Root, "cache")) : null);
        WorkStore = blobs is null ? Store : new BlobStore(blobs, new BlobStoreOptions { Patience = TimeSpan.FromDays(1) });
    }

    public string Root { get; }

    /// <summary>For those who would rather know soon that the storage is away.</summary>
    public ArtifactStore Store { get; }

    /// <summary>For hosts and workers, who have time to wait until it is back.</summary>
    public ArtifactStore WorkStore { get; }

    /// <summary>Where artifacts are if not in the folder.</summary>
    public BlobLocation? Blobs { get; }

    /// <summary>Finds data. That of blob storage is of the account where artifacts are, or else of the one that the environment names.</summary>
    public DataFiles Files { get; }

    /// <summary>Where the engine keeps its journal.</summary>
    public string Journal => Path.Combine(Root, "engine");

    /// <summary>Whether a process works on the folder now.</summary>
    public bool IsInUse => EmbeddedEngine.IsHeld(Journal);

    /// <summary>A name for who works on the folder, which no other folder's host has.</summary>
    public string HolderOf()
    {
        Directory.CreateDirectory(Root);
        var file = Path.Combine(Root, "holder");
        if (!File.Exists(file))
            File.WriteAllText(file, RandomNumberGenerator.GetHexString(32, lowercase: true));
        return File.ReadAllText(file);
    }

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
