using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace DurableTrainer.Api.Data;

/// <summary>A data root on this machine.</summary>
public sealed class FolderDataRoot : DataRoot
{
    private const int BufferBytes = 1 << 16;

    private readonly ConcurrentDictionary<string, (DateTime Written, long Bytes, string Sha256)> hashes = new(StringComparer.Ordinal);
    private long uploads;

    /// <param name="folder">The folder; made with the first upload.</param>
    public FolderDataRoot(string folder) => Folder = Path.GetFullPath(folder);

    public override string Folder { get; }

    public override async Task<DataFile> WriteAsync(string path, Stream content, string? sha256, bool overwrite, CancellationToken cancellation)
    {
        var file = FullPath(path);
        var folder = Path.GetDirectoryName(file)!;
        string partial;
        try
        {
            Directory.CreateDirectory(folder);
            partial = Path.Combine(folder, $"{Partial}{Environment.ProcessId}-{Interlocked.Increment(ref uploads)}");
        }
        catch (IOException)
        {
            throw new DataUploadException(DataUploadFault.Conflict, $"A part of '{path}' is a file, so nothing can lie below it.");
        }

        if (Directory.Exists(file))
            throw new DataUploadException(DataUploadFault.Conflict, $"'{path}' is a folder of files.");
        try
        {
            var (bytes, hash) = await ReceiveAsync(content, partial, cancellation);
            Verify(hash, sha256);
            if (!overwrite && File.Exists(file))
                throw IsThere(path);
            File.Move(partial, file, overwrite);
            hashes[path] = (File.GetLastWriteTimeUtc(file), bytes, hash);
            return new DataFile(path, bytes, hash);
        }
        catch (IOException exception) when (exception.HResult is 28 or unchecked((int)0x80070070))
        {
            throw new DataUploadException(DataUploadFault.Full, "There is no space left for data on the server.");
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public override async Task<IReadOnlyList<DataFile>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var files = new List<DataFile>();
        var all = Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories) : [];
        var paths = all
            .Where(file => !Path.GetFileName(file).StartsWith(Partial, StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => after is null || string.CompareOrdinal(path, after) > 0)
            .Order(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (files.Count == limit)
                break;
            if (await DescribeAsync(path, cancellation) is { } file)
                files.Add(file);
        }

        return files;
    }

    public override Task<bool> ExistsAsync(string path, CancellationToken cancellation) => Task.FromResult(File.Exists(FullPath(path)));

    public override async Task<DataFile?> DescribeAsync(string path, CancellationToken cancellation)
    {
        var file = new FileInfo(FullPath(path));
        if (!file.Exists)
            return null;
        if (!hashes.TryGetValue(path, out var known) || known.Written != file.LastWriteTimeUtc || known.Bytes != file.Length)
        {
            try
            {
                await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, useAsync: true);
                known = hashes[path] = (file.LastWriteTimeUtc, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)));
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }

        return new DataFile(path, known.Bytes, known.Sha256);
    }

    /// <summary>Removes what uploads left that a crash cut short.</summary>
    public void Clean()
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (var partial in Directory.EnumerateFiles(Folder, Partial + "*", SearchOption.AllDirectories))
            File.Delete(partial);
    }

    private static async Task<(long Bytes, string Sha256)> ReceiveAsync(Stream content, string partial, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[BufferBytes];
        var bytes = 0L;
        int count;
        while ((count = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
            bytes += count;
        }

        file.Flush(flushToDisk: true);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private string FullPath(string path) => Path.Combine(Folder, path.Replace('/', Path.DirectorySeparatorChar));
}
