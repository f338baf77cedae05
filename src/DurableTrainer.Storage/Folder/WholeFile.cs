using System.Globalization;

namespace DurableTrainer.Storage.Folder;

/// <summary>A file that appears at once: written beside its place, flushed, then renamed, and the folder flushed.</summary>
/// <param name="disk">Does the changes.</param>
/// <param name="folder">Where the file goes. The caller has its lock.</param>
/// <param name="names">Knows whether the folder itself is durable.</param>
internal sealed class WholeFile(Disk disk, string folder, FolderNames names)
{
    private static long last;

    public void Write(string file, ReadOnlySpan<byte> content)
    {
        var partial = WritePartial(content);
        var renamed = false;
        try
        {
            disk.Rename(partial, file);
            renamed = true;
        }
        finally
        {
            if (!renamed)
                Discard(partial);
        }

        disk.FlushFolder(folder);
    }

    /// <returns>Whether there was no such file before.</returns>
    public bool TryCreate(string file, ReadOnlySpan<byte> content)
    {
        var partial = WritePartial(content);
        var created = false;
        try
        {
            created = disk.TryRename(partial, file);
        }
        finally
        {
            Discard(partial);
        }

        if (!created)
            return false;
        var durable = false;
        try
        {
            disk.FlushFolder(folder);
            durable = true;
        }
        finally
        {
            // Who is told that this failed tries again, and must then find the name free.
            if (!durable)
                Discard(file);
        }

        return true;
    }

    /// <summary>
    /// Deletes what writers that crashed left behind. Only for who holds the folder's lock: without it, a writer may be at work.
    /// </summary>
    public void Clean()
    {
        foreach (var partial in Directory.EnumerateFiles(folder, ArtifactPath.PartialPrefix + "*"))
            Discard(partial);
    }

    private string WritePartial(ReadOnlySpan<byte> content)
    {
        var partial = PartialName();
        var written = false;
        try
        {
            using var handle = disk.CreateNew(partial);
            disk.Write(handle, content, 0);
            disk.Flush(handle);
            // Now: what flushed the content has mostly written the folder's name as well, and nothing is to be seen of it yet.
            names.Flush(folder);
            written = true;
        }
        finally
        {
            if (!written)
                Discard(partial);
        }

        return partial;
    }

    /// <summary>A name that no one has: process numbers are unique on a machine, but machines and containers may share a folder.</summary>
    private string PartialName()
    {
        while (true)
        {
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{ArtifactPath.PartialPrefix}{Environment.ProcessId}-{Interlocked.Increment(ref last)}");
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                return path;
        }
    }

    private void Discard(string file)
    {
        try
        {
            disk.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is invisible to readers, and the next write in this folder tries again.
        }
    }
}
