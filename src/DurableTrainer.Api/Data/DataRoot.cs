using System.Collections.Concurrent;
using System.Security.Cryptography;
using DurableTrainer.Experiments.Submission;

namespace DurableTrainer.Api.Data;

/// <summary>The folder whose files experiments may use. What is uploaded appears whole or not at all.</summary>
public sealed class DataRoot
{
    /// <summary>Start of the names of files that are being uploaded.</summary>
    private const string Partial = ".partial-";

    private const int MostPathCharacters = 512;
    private const int MostNameBytes = 255;
    private const int BufferBytes = 1 << 16;

    private readonly ConcurrentDictionary<string, (DateTime Written, long Bytes, string Sha256)> hashes = new(StringComparer.Ordinal);
    private long uploads;

    /// <param name="folder">The folder; made with the first upload.</param>
    public DataRoot(string folder) => Folder = Path.GetFullPath(folder);

    public string Folder { get; }

    /// <summary>Why a path cannot be used for data; null when it can.</summary>
    public static string? WhyNot(string path)
    {
        if (path.Length is 0 or > MostPathCharacters)
            return $"has {path.Length} characters, must have 1 to {MostPathCharacters}";
        if (DataPaths.WhyNotBelowRoot(path) is { } why)
            return why;
        foreach (var name in path.Split('/'))
        {
            if (name.Any(char.IsSurrogate))
                return "has a name with a character outside the basic plane";
            // The server has decoded everything once, but for these.
            if (name.Contains("%2f", StringComparison.OrdinalIgnoreCase))
                return "has a name with an encoded slash";
            if (name.StartsWith(Partial, StringComparison.Ordinal))
                return $"has a name that starts with '{Partial}', which is reserved";
            if (System.Text.Encoding.UTF8.GetByteCount(name) > MostNameBytes)
                return $"has a name of more than {MostNameBytes} bytes";
        }

        return null;
    }

    /// <summary>Takes a file in from a stream.</summary>
    /// <param name="path">Where to; <see cref="WhyNot"/> says nothing against it.</param>
    /// <param name="content">The file.</param>
    /// <param name="sha256">What its SHA-256 must be, in small hexadecimal letters; anything when null.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="cancellation">Ends the upload; nothing of it stays.</param>
    /// <exception cref="DataUploadException">It was not taken, and what was there is unharmed.</exception>
    public async Task<DataFile> WriteAsync(string path, Stream content, string? sha256, bool overwrite, CancellationToken cancellation)
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
            if (sha256 is not null && hash != sha256)
                throw new DataUploadException(DataUploadFault.Damaged, $"What arrived has SHA-256 {hash}, but {sha256} was announced. Nothing was stored; send it again.");
            if (!overwrite && File.Exists(file))
                throw new DataUploadException(DataUploadFault.Exists, $"'{path}' is there already.");
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

    /// <summary>The files below the root, in ordinal order.</summary>
    /// <param name="after">Only those behind this path; all when null.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public async Task<IReadOnlyList<DataFile>> ListAsync(string? after, int limit, CancellationToken cancellation)
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

    public bool Exists(string path) => File.Exists(FullPath(path));

    /// <summary>What is at a path; null when there is no file.</summary>
    public async Task<DataFile?> DescribeAsync(string path, CancellationToken cancellation)
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

/// <summary>A file that experiments may use.</summary>
/// <param name="Path">As specs name it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in small hexadecimal letters.</param>
public sealed record DataFile(string Path, long Bytes, string Sha256);

/// <summary>Why an upload was not taken.</summary>
public enum DataUploadFault
{
    /// <summary>A folder or file is in the way.</summary>
    Conflict,

    /// <summary>A file is there, and was not to be replaced.</summary>
    Exists,

    /// <summary>Something else arrived than was announced.</summary>
    Damaged,

    /// <summary>There is no space left.</summary>
    Full,
}

/// <summary>An upload was not taken, and what was there is unharmed.</summary>
public sealed class DataUploadException(DataUploadFault fault, string message) : Exception(message)
{
    public DataUploadFault Fault { get; } = fault;
}
