using System.Buffers.Binary;
using System.Globalization;

namespace DurableTrainer.Engine.Journal;

/// <summary>
/// How a journal looks on disk. A file begins with a header: 8 bytes "DTRAINJ" and the format version, 8 bytes its number, 4 bytes CRC-32C
/// of these. Frames follow, one for each flush: 4 bytes length of the payload, 4 bytes CRC-32C of it, the payload, which is a row of
/// records: 4 bytes length, the record. Numbers are little-endian.
/// Segment n continues what snapshot n holds; without a snapshot segment 1 is the first.
/// </summary>
internal static class JournalFormat
{
    public const int HeaderBytes = 20;
    public const int FrameHeaderBytes = 8;
    public const int RecordHeaderBytes = 4;

    /// <summary>Ends the name of a file that is not whole yet.</summary>
    public const string Unfinished = ".new";

    private const string SegmentPrefix = "segment-";
    private const string SnapshotPrefix = "snapshot-";

    private static ReadOnlySpan<byte> Magic => "DTRAINJ1"u8;

    public static string SegmentName(long number) => SegmentPrefix + number.ToString("D10", CultureInfo.InvariantCulture);

    public static string SnapshotName(long number) => SnapshotPrefix + number.ToString("D10", CultureInfo.InvariantCulture);

    public static long? SegmentNumber(string name) => Number(name, SegmentPrefix);

    public static long? SnapshotNumber(string name) => Number(name, SnapshotPrefix);

    public static bool IsUnfinished(string name) => name.EndsWith(Unfinished, StringComparison.Ordinal);

    public static byte[] Header(long number)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), number);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32C.Of(header.AsSpan(0, 16)));
        return header;
    }

    public static bool IsHeader(ReadOnlySpan<byte> file, long number) => file.StartsWith(Header(number));

    /// <summary>Whether the header is whole, but written by a version that this one does not know.</summary>
    public static bool IsOfOtherVersion(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderBytes && file.StartsWith(Magic[..7]) && !file.StartsWith(Magic) &&
        BinaryPrimitives.ReadUInt32LittleEndian(file[16..]) == Crc32C.Of(file[..16]);

    public static void WriteFrameHeader(Span<byte> target, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Of(payload));
    }

    /// <summary>The payload of the frame that begins here; false when no whole, sound frame does.</summary>
    public static bool TryReadFrame(ReadOnlySpan<byte> from, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (from.Length < FrameHeaderBytes)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(from);
        // No frame is empty: a stretch of zeros is none.
        if (length <= 0 || length > from.Length - FrameHeaderBytes)
            return false;
        payload = from.Slice(FrameHeaderBytes, length);
        // The lengths first: looking for a frame in what is none would take long with a checksum for every offset.
        return IsRowOfRecords(payload) && BinaryPrimitives.ReadUInt32LittleEndian(from[4..]) == Crc32C.Of(payload);
    }

    /// <summary>Takes the first record off a sound frame's payload.</summary>
    public static ReadOnlySpan<byte> TakeRecord(ref ReadOnlySpan<byte> payload)
    {
        var end = RecordHeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(payload);
        var record = payload[RecordHeaderBytes..end];
        payload = payload[end..];
        return record;
    }

    private static bool IsRowOfRecords(ReadOnlySpan<byte> payload)
    {
        while (payload.Length > RecordHeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(payload);
            if (length <= 0 || length > payload.Length - RecordHeaderBytes)
                return false;
            payload = payload[(RecordHeaderBytes + length)..];
        }
        return payload.IsEmpty;
    }

    private static long? Number(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) &&
        long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
