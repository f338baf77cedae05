using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Folder;

/// <summary>A file of lines that only grows. What follows the last line end was torn by a crash, and counts for nothing.</summary>
internal static class LogFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The lines as bytes, ready to be appended.</summary>
    /// <exception cref="ArgumentException">A line holds a line end.</exception>
    public static byte[] Encode(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (line.AsSpan().ContainsAny('\n', '\r'))
                throw new ArgumentException($"A line of a log cannot hold a line end: '{line}'.", nameof(lines));
            text.Append(line).Append('\n');
        }

        return Utf8.GetBytes(text.ToString());
    }

    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> content)
    {
        var whole = content[..(content.LastIndexOf((byte)'\n') + 1)];
        return whole.IsEmpty ? [] : Utf8.GetString(whole[..^1]).Split('\n');
    }

    /// <summary>Appends lines; the caller has the lock of the folder.</summary>
    public static void Append(Disk disk, string file, ReadOnlySpan<byte> lines)
    {
        using var handle = disk.OpenLog(file);
        var length = RandomAccess.GetLength(handle);
        var end = EndOfLines(handle, length);
        if (end < length)
            disk.Cut(handle, end);
        var appended = false;
        try
        {
            disk.Write(handle, lines, end);
            disk.Flush(handle);
            if (end == 0)
                disk.FlushFolder(Path.GetDirectoryName(file)!);
            appended = true;
        }
        finally
        {
            if (!appended)
                TakeBack(disk, handle, end);
        }
    }

    private static long EndOfLines(SafeFileHandle handle, long length)
    {
        Span<byte> block = stackalloc byte[4096];
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            var read = RandomAccess.Read(handle, block[..(int)(end - start)], start);
            var found = block[..read].LastIndexOf((byte)'\n');
            if (found >= 0)
                return start + found + 1;
            end = start;
        }

        return 0;
    }

    private static void TakeBack(Disk disk, SafeFileHandle handle, long end)
    {
        try
        {
            disk.Cut(handle, end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is what the caller must see. A torn line is cut by the next writer.
        }
    }
}
