using System.IO.Compression;
using System.Security.Cryptography;

namespace DurableTrainer.Training.Data;

/// <summary>
/// A data file being read: resolved, hashed as it is stored, uncompressed where its name ends in <c>.gz</c>, with errors in the user's
/// words.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private readonly FileStream file;
    private readonly HashingStream hashed;
    private readonly Stream content;
    private long length;

    private DataFile(string name, FileStream file, IncrementalHash hash)
    {
        Name = name;
        this.file = file;
        IsCompressed = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        hashed = new HashingStream(file, hash);
        content = IsCompressed ? new GZipStream(hashed, CompressionMode.Decompress) : hashed;
    }

    /// <summary>The path as the spec gives it.</summary>
    public string Name { get; }

    private bool IsCompressed { get; }

    /// <param name="path">As the spec gives it, relative to <paramref name="baseFolder"/>.</param>
    /// <param name="baseFolder">The folder of the spec's file.</param>
    /// <param name="hash">Gets every byte of the file as it is stored.</param>
    /// <exception cref="DataException">The file is not there, cannot be read, is empty, or is not as its name says.</exception>
    public static DataFile Open(string path, string baseFolder, IncrementalHash hash)
    {
        var fullPath = Path.GetFullPath(path, Path.GetFullPath(baseFolder));
        if (Directory.Exists(fullPath))
            throw new DataException($"{path}: this is a folder ({fullPath}); name a file in it.");
        FileStream file;
        try
        {
            file = new FileStream(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path}: there is no such file ({fullPath}). Data paths are relative to the folder of the spec's "
                + "file.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new DataException($"{path}: the file cannot be opened ({fullPath}): {e.Message}", e);
        }

        var opened = new DataFile(path, file, hash);
        try
        {
            opened.CheckStart();
        }
        catch (DataException)
        {
            opened.Dispose();
            throw;
        }

        return opened;
    }

    /// <summary>Reads uncompressed bytes; zero at the end.</summary>
    public int Read(Span<byte> buffer)
    {
        try
        {
            var count = content.Read(buffer);
            length += count;
            if (count == 0 && IsCompressed && !GzipEnd.IsReached(file.SafeFileHandle, length))
                throw Error("the compressed data ends in the middle, or something else follows it; the file was probably cut off. Copy "
                    + "or download it again.");
            return count;
        }
        catch (InvalidDataException e)
        {
            throw Error($"the compressed data is damaged or ends in the middle, before byte {file.Position}. Copy or download the file "
                + "again.", e);
        }
        catch (IOException e)
        {
            throw Error($"the file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a part of a header.</summary>
    /// <param name="bytes">All of them are filled.</param>
    /// <param name="offset">Where they stand in the content.</param>
    /// <exception cref="DataException">The content ends before.</exception>
    public void FillHeader(Span<byte> bytes, int offset)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var count = Read(bytes[done..]);
            if (count == 0)
                throw Error($"the file ends at byte {offset + done}, in the middle of its header.");
            done += count;
        }
    }

    /// <summary>Reads whatever follows the content, so that the hash covers the whole file.</summary>
    public void HashRest()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (hashed.Read(buffer) > 0)
        {
        }
    }

    public DataException Error(string problem, Exception? inner = null) => new($"{Name}: {problem}", inner);

    public DataException ErrorInLine(int line, string problem) => new($"{Name}: line {line} {problem}");

    public void Dispose()
    {
        content.Dispose();
        hashed.Dispose();
        file.Dispose();
    }

    private void CheckStart()
    {
        Span<byte> start = stackalloc byte[2];
        var length = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        if (length == 0)
            throw Error($"the file is empty ({file.Name}).");
        var isGzip = length == 2 && start[0] == 0x1f && start[1] == 0x8b;
        if (IsCompressed && !isGzip)
            throw Error("the name ends in .gz, but the content is not gzip. Rename the file, or compress it.");
        if (isGzip && !IsCompressed)
            throw Error("the content is gzip, but the name does not end in .gz. Rename the file, or uncompress it.");
    }
}
