namespace DurableTrainer.Bench.Engine;

/// <summary>
/// A place on the disk that is measured, with folders that are gone when all is measured and not before: after many deletions some file
/// systems (ext4) search long for a place for a new file, and that is not what is asked for.
/// </summary>
internal sealed class Scratch : IDisposable
{
    private readonly string root;
    private int folders;

    public Scratch(string place) => root = Directory.CreateDirectory(Path.Combine(place, $"durabletrainer-engine-{Environment.ProcessId}")).FullName;

    /// <summary>A folder that is empty.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(root, (++folders).ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);
}
