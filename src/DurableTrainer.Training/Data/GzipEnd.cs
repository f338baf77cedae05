using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Training.Data;

/// <summary>
/// Tells a gzip file that ends from one that was cut off. <see cref="GZipStream"/> does not: where its input ends, it says that the
/// content ends.
/// </summary>
internal static class GzipEnd
{
    /// <summary>A head of 10 bytes and a tail of 8.</summary>
    private const int Shortest = 18;

    private static ReadOnlySpan<byte> Mark => "end of DurableTrainer's gzip"u8;

    /// <param name="file">The compressed file.</param>
    /// <param name="uncompressedLength">How many bytes came out of it.</param>
    public static bool IsReached(SafeFileHandle file, long uncompressedLength)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[4];
        if (length < Shortest || RandomAccess.Read(file, tail, length - tail.Length) < tail.Length)
            return false;

        // The last four bytes hold the length of the content, modulo 2³², or of its last part in a file of several.
        return BinaryPrimitives.ReadUInt32LittleEndian(tail) == (uint)uncompressedLength || IsFollowedByMark(file, length);
    }

    /// <summary>Puts another gzip part behind the file: it comes out as itself only where the last one is whole.</summary>
    private static bool IsFollowedByMark(SafeFileHandle file, long length)
    {
        using var mark = new MemoryStream();
        using (var gzip = new GZipStream(mark, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(Mark);
        using var marked = new GZipStream(new MarkedStream(file, length, mark.ToArray()), CompressionMode.Decompress);

        try
        {
            return Last(marked, Mark.Length).SequenceEqual(Mark);
        }
        catch (InvalidDataException)
        {
            // The mark was taken for the missing part.
            return false;
        }
    }

    /// <summary>Reads a stream to its end, and keeps its last bytes.</summary>
    private static ReadOnlySpan<byte> Last(Stream stream, int length)
    {
        var buffer = new byte[1 << 16];
        var held = 0;
        while (true)
        {
            var count = stream.Read(buffer, held, buffer.Length - held);
            if (count == 0)
                return buffer.AsSpan(0, held);
            held += count;
            var kept = Math.Min(held, length);
            buffer.AsSpan(held - kept, kept).CopyTo(buffer);
            held = kept;
        }
    }

    private sealed class MarkedStream(SafeFileHandle file, long length, byte[] mark) : ReadOnlyStream
    {
        private long position;

        public override int Read(Span<byte> buffer)
        {
            var count = position < length
                ? RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - position)], position)
                : ReadMark(buffer);
            position += count;
            return count;
        }

        private int ReadMark(Span<byte> buffer)
        {
            var rest = mark.AsSpan((int)Math.Min(position - length, mark.Length));
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }
    }
}
