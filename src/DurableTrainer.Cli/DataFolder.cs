using DurableTrainer.Engine;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli;

/// <summary>The folder that holds everything: artifacts, and the engine's journal beside them.</summary>
internal sealed class DataFolder
{
    private DataFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Store = new FolderStore(Root);
    }

    public string Root { get; }

    public FolderStore Store { get; }

    /// <summary>Where the engine keeps its journal.</summary>
    public string Journal => Path.Combine(Root, "engine");

    /// <summary>Whether a process works on the folder now.</summary>
    public bool IsInUse => EmbeddedEngine.IsHeld(Journal);

    public bool Exists => Directory.Exists(Root);

    public static DataFolder Open(string path) => new(path);

    /// <exception cref="UsageException">There is no such folder.</exception>
    public static DataFolder OpenToRead(string path)
    {
        var folder = new DataFolder(path);
        return folder.Exists ? folder : throw new UsageException($"There is no data folder '{path}'; name another one with --data.");
    }
}
