using DurableTrainer.Engine.Files;

namespace DurableTrainer.Bench.Engine;

/// <summary>A folder that writes, and never waits for the disk: what durability costs is the difference.</summary>
internal sealed class UnflushedFiles(IJournalFiles inner) : IJournalFiles
{
    public string Folder => inner.Folder;

    public void CreateFolder() => inner.CreateFolder();

    public IDisposable Lock() => inner.Lock();

    public IReadOnlyList<string> List() => inner.List();

    public byte[] Read(string name) => inner.Read(name);

    public IJournalFile Create(string name) => new UnflushedFile(inner.Create(name));

    public IJournalFile Open(string name, long length) => new UnflushedFile(inner.Open(name, length));

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string name) => inner.Delete(name);

    public void FlushFolder()
    {
    }

    private sealed class UnflushedFile(IJournalFile inner) : IJournalFile
    {
        public void Write(ReadOnlySpan<byte> data) => inner.Write(data);

        public void Flush()
        {
        }

        public void Dispose() => inner.Dispose();
    }
}
