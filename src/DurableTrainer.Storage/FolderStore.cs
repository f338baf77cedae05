using DurableTrainer.Storage.Folder;

namespace DurableTrainer.Storage;

/// <summary>
/// Artifacts as files below a folder, which is made when the first is written. Several processes may use it at once where the file
/// system has locks on folders (every local one of Linux and macOS); elsewhere one process at a time.
/// </summary>
public sealed class FolderStore : ArtifactStore
{
    private readonly Disk disk;
    private readonly FolderNames folders;

    /// <param name="root">The folder.</param>
    public FolderStore(string root)
        : this(root, new Disk())
    {
    }

    internal FolderStore(string root, Disk disk)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        this.disk = disk;
        folders = new(disk, Root);
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    public override Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        ChangeAsync("write", path, (whole, file) => whole.Write(file, content.Span), ct);

    public override async Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var created = false;
        if (!await ExistsAsync(path, ct))
            await ChangeAsync("create", path, (whole, file) => created = whole.TryCreate(file, content.Span), ct);
        return created;
    }

    public override async Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var replaced = false;
        // Without a look before, a folder would be made for what is not there.
        if (await ExistsAsync(path, ct))
        {
            await ChangeAsync(
                "replace",
                path,
                (whole, file) =>
                {
                    if (ReadAll(file) is not { } found)
                        return;
                    if (expected.Span.SequenceEqual(found))
                        whole.Write(file, content.Span);
                    else if (!content.Span.SequenceEqual(found))
                        return;
                    replaced = true;
                },
                ct);
        }

        return replaced;
    }

    public override Task<byte[]?> ReadAsync(string path, CancellationToken ct = default) =>
        RunAsync("read", path, ReadAll, ct);

    public override Task<bool> ExistsAsync(string path, CancellationToken ct = default) => RunAsync("look for", path, IsFile, ct);

    public override Task DeleteAsync(string path, CancellationToken ct = default) => RunAsync("delete", path, Delete, ct);

    public override Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default) =>
        prefix.Length == 0
            ? RunAsync<IReadOnlyList<string>>("list", "", () => List(Root, ct), ct)
            : RunAsync<IReadOnlyList<string>>("list", prefix, folder => List(folder, ct), ct);

    public override Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default) =>
        prefix.Length == 0
            ? RunAsync<IReadOnlyList<string>>("list", "", () => ListFolders(Root), ct)
            : RunAsync<IReadOnlyList<string>>("list", prefix, ListFolders, ct);

    public override Task<long> SizeAsync(string prefix, CancellationToken ct = default) =>
        RunAsync("measure", prefix, folder => List(folder, ct).Sum(path => SizeOf(FullPath(path))), ct);

    public override Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default)
    {
        ArtifactPath.Check(path);
        var content = LogFile.Encode(lines);
        return content.Length == 0
            ? Task.CompletedTask
            : ChangeAsync(
                "append to",
                path,
                (_, file) =>
                {
                    folders.Flush(Path.GetDirectoryName(file)!);
                    LogFile.Append(disk, file, content);
                },
                ct);
    }

    public override async Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default) =>
        LogFile.Decode(await ReadAsync(path, ct));

    public override Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default)
    {
        ArtifactLease.Check(duration);
        return RunAsync<ArtifactLease?>(
            "lease",
            path,
            file =>
            {
                folders.Make(Path.GetDirectoryName(file)!);
                return FolderLease.TryTake(file);
            },
            ct);
    }

    private async Task ChangeAsync(string action, string path, Action<WholeFile, string> change, CancellationToken ct)
    {
        ArtifactPath.Check(path);
        var gate = FolderGates.Of(Path.GetDirectoryName(FullPath(path))!);
        await gate.WaitAsync(ct);
        try
        {
            await RunAsync(
                action,
                path,
                file =>
                {
                    var folder = Path.GetDirectoryName(file)!;
                    folders.Make(folder);
                    using var folderLock = FolderLock.Take(folder);
                    var whole = new WholeFile(disk, folder, folders);
                    if (folderLock.IsHeld)
                        whole.Clean();
                    change(whole, file);
                    return true;
                },
                ct);
        }
        finally
        {
            gate.Release();
        }
    }

    private static byte[]? ReadAll(string file)
    {
        if (!IsFile(file))
            return null;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var content = new byte[stream.Length];
            var count = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return count == content.Length ? content : content[..count];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Unlike <see cref="File.Exists"/>, tells what may not be looked at from what is not there.</summary>
    private static bool IsFile(string path)
    {
        try
        {
            return !File.GetAttributes(path).HasFlag(FileAttributes.Directory);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private bool Delete(string path)
    {
        try
        {
            if (IsFile(path))
                disk.Delete(path);
            else if (Directory.Exists(path))
                DeleteFolder(path);
            else
                return false;
            disk.FlushFolder(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Someone else deleted it at the same time.
            return false;
        }
    }

    private void DeleteFolder(string path)
    {
        try
        {
            disk.DeleteFolder(path);
        }
        finally
        {
            // Part of it may be gone.
            folders.Forget(path);
        }
    }

    private List<string> List(string folder, CancellationToken ct)
    {
        var paths = new List<string>();
        if (!Directory.Exists(folder))
            return paths;
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.None,
        };
        foreach (var file in Directory.EnumerateFiles(folder, "*", everything))
        {
            ct.ThrowIfCancellationRequested();
            if (!Path.GetFileName(file).StartsWith(ArtifactPath.PartialPrefix, StringComparison.Ordinal))
                paths.Add(Path.GetRelativePath(Root, file).Replace('\\', '/'));
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private static long SizeOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            // Someone deleted it since it was listed.
            return 0;
        }
    }

    private static List<string> ListFolders(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(name => Path.GetFileName(name)).Order(StringComparer.Ordinal)] : [];

    private string FullPath(string path) => Path.Combine(Root, path);

    private Task<T> RunAsync<T>(string action, string path, Func<string, T> work, CancellationToken ct)
    {
        ArtifactPath.Check(path);
        return RunAsync(action, path, () => work(FullPath(path)), ct);
    }

    private Task<T> RunAsync<T>(string action, string path, Func<T> work, CancellationToken ct) => Task.Run(
        () =>
        {
            try
            {
                return work();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw DiskFaults.Explain(e, action, path, Root);
            }
        },
        ct);
}
