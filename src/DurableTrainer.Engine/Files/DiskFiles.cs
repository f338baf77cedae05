using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Engine.Files;

/// <summary>A folder on disk.</summary>
internal sealed class DiskFiles(string folder, TimeProvider time) : IJournalFiles
{
    public string Folder { get; } = Path.GetFullPath(folder);

    public void CreateFolder()
    {
        var missing = new Stack<string>();
        for (var path = Folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
            missing.Push(path);
        foreach (var path in missing)
        {
            Directory.CreateDirectory(path);
            DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
        }
    }

    public IDisposable Lock() => new FolderLock(Folder, time);

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path))];

    public byte[] Read(string name) => File.ReadAllBytes(At(name));

    public IJournalFile Create(string name) =>
        new DiskFile(File.OpenHandle(At(name), FileMode.CreateNew, FileAccess.Write, FileShare.Read), 0);

    public IJournalFile Open(string name, long length)
    {
        var handle = File.OpenHandle(At(name), FileMode.Open, FileAccess.Write, FileShare.Read);
        if (RandomAccess.GetLength(handle) != length)
            RandomAccess.SetLength(handle, length);
        return new DiskFile(handle, length);
    }

    public void Rename(string from, string to) => File.Move(At(from), At(to), overwrite: true);

    public void Delete(string name) => File.Delete(At(name));

    public void FlushFolder() => DirectoryFlush.Flush(Folder);

    private string At(string name) => Path.Combine(Folder, name);

    private sealed class DiskFile(SafeFileHandle handle, long length) : IJournalFile
    {
        private long length = length;

        public void Write(ReadOnlySpan<byte> data)
        {
            RandomAccess.Write(handle, data, length);
            length += data.Length;
        }

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
