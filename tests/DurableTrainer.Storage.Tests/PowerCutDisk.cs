using DurableTrainer.Storage.Folder;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Tests;

/// <summary>
/// A disk that remembers what was flushed, of contents and of names, and loses power at a chosen operation. After that nothing works, until
/// <see cref="Restart"/> has made of the folder what a power cut would have left. A content that was not flushed keeps any part from its
/// beginning, as on file systems that lengthen a file only once the data are written.
/// </summary>
internal sealed class PowerCutDisk(string root, int at) : Disk
{
    private readonly Dictionary<SafeFileHandle, Content> open = [];
    private readonly Dictionary<string, Content> names = [];
    private readonly Dictionary<string, Content> durableNames = [];
    private readonly HashSet<string> durableFolders = [root];
    private int operations;

    public bool IsCut { get; private set; }

    public override void MakeFolder(string path)
    {
        Pass();
        base.MakeFolder(path);
    }

    public override SafeFileHandle CreateNew(string path)
    {
        Pass();
        return Opened(path, base.CreateNew(path));
    }

    public override SafeFileHandle OpenLog(string path)
    {
        Pass();
        return Opened(path, base.OpenLog(path));
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
    {
        if (IsLost())
        {
            base.Write(file, content[..(content.Length / 2)], offset);
            open[file].Written = Read(file);
            throw Cut();
        }

        base.Write(file, content, offset);
        open[file].Written = Read(file);
    }

    public override void Cut(SafeFileHandle file, long length)
    {
        Pass();
        base.Cut(file, length);
        open[file].Written = Read(file);
    }

    public override void Flush(SafeFileHandle file)
    {
        Pass();
        open[file].Durable = open[file].Written;
    }

    public override void Rename(string source, string target)
    {
        Pass();
        base.Rename(source, target);
        names.Remove(source, out var content);
        names[target] = content!;
    }

    public override bool TryRename(string source, string target)
    {
        Pass();
        if (!base.TryRename(source, target))
            return false;
        names[target] = names[source];
        if (!File.Exists(source))
            names.Remove(source);
        return true;
    }

    public override void Delete(string file)
    {
        Pass();
        base.Delete(file);
        names.Remove(file);
    }

    public override void DeleteFolder(string path)
    {
        Pass();
        base.DeleteFolder(path);
        foreach (var gone in names.Keys.Where(name => IsBelow(name, path)).ToList())
            names.Remove(gone);
    }

    public override void FlushFolder(string path)
    {
        Pass();
        foreach (var name in durableNames.Keys.Where(name => Path.GetDirectoryName(name) == path).ToList())
            durableNames.Remove(name);
        foreach (var (name, content) in names.Where(entry => Path.GetDirectoryName(entry.Key) == path))
            durableNames.Add(name, content);
        durableFolders.UnionWith(Directory.EnumerateDirectories(path));
        durableFolders.RemoveWhere(folder => Path.GetDirectoryName(folder) == path && !Directory.Exists(folder));
    }

    /// <summary>Leaves on the real disk what was flushed, and of the rest what chance lets through.</summary>
    public void Restart(Random random)
    {
        var survivors = new Dictionary<string, byte[]>();
        foreach (var name in durableNames.Keys.Union(names.Keys).Order(StringComparer.Ordinal))
        {
            if ((random.Next(2) == 0 ? durableNames : names).TryGetValue(name, out var content) && SurvivesFolderOf(name))
                survivors.Add(name, content.AfterCut(random));
        }

        Directory.Delete(root, recursive: true);
        foreach (var folder in durableFolders.Order(StringComparer.Ordinal))
            Directory.CreateDirectory(folder);
        foreach (var (name, content) in survivors)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            File.WriteAllBytes(name, content);
        }

        bool SurvivesFolderOf(string name)
        {
            for (var folder = Path.GetDirectoryName(name)!; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (!durableFolders.Contains(folder) && random.Next(2) == 0)
                    return false;
            }

            return true;
        }
    }

    private static bool IsBelow(string name, string folder) => name.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private SafeFileHandle Opened(string path, SafeFileHandle handle)
    {
        if (!names.TryGetValue(path, out var content))
            names.Add(path, content = new());
        open.Add(handle, content);
        return handle;
    }

    private static byte[] Read(SafeFileHandle file)
    {
        var content = new byte[RandomAccess.GetLength(file)];
        // Files for writing alone cannot be read through their own handle.
        using var reader = File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Read(reader, content, 0);
        return content;
    }

    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    private void Pass()
    {
        if (IsLost())
            throw Cut();
    }

    private bool IsLost() => IsCut |= ++operations == at;

    private static IOException Cut() => new("The power was cut.");

    private sealed class Content
    {
        public byte[] Written { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public byte[] AfterCut(Random random)
        {
            var same = Written.AsSpan().CommonPrefixLength(Durable);
            return same < Durable.Length
                ? (random.Next(2) == 0 ? Durable : Written)
                : Written[..random.Next(same, Written.Length + 1)];
        }
    }
}
