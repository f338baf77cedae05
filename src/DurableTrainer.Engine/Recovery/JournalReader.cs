using System.Text.Json;
using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Recovery;

/// <summary>
/// Reads a journal from its last snapshot on. Only reads: what is to be cut or deleted it returns, so that damage found late has
/// changed nothing.
/// </summary>
internal sealed class JournalReader(IJournalFiles files, Action<Record> apply)
{
    /// <exception cref="JournalException">The journal is damaged.</exception>
    public JournalTail Read()
    {
        var names = files.List();
        var snapshot = names.Select(JournalFormat.SnapshotNumber).Max();
        var segments = names.Select(JournalFormat.SegmentNumber).OfType<long>().Where(n => n >= (snapshot ?? 1)).Order().ToList();
        var obsolete = names.Where(name => IsObsolete(name, snapshot ?? 1)).ToList();
        if (snapshot is { } number)
            ReadSnapshot(number);
        if (segments.Count == 0)
        {
            return snapshot is null
                ? new(1, 0, obsolete)
                : throw Damaged(JournalFormat.SegmentName(snapshot.Value), 0, "the segment is missing.");
        }
        var length = 0L;
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i] != (snapshot ?? 1) + i)
                throw Damaged(JournalFormat.SegmentName((snapshot ?? 1) + i), 0, "the segment is missing.");
            length = ReadSegment(segments[i], isLast: i == segments.Count - 1);
        }
        return new(segments[^1], length, obsolete);
    }

    private static bool IsObsolete(string name, long first) =>
        JournalFormat.IsUnfinished(name) ||
        JournalFormat.SegmentNumber(name) < first || JournalFormat.SnapshotNumber(name) < first;

    private void ReadSnapshot(long number)
    {
        var name = JournalFormat.SnapshotName(number);
        var content = files.Read(name);
        var whole = false;
        var length = ReadFrames(name, content, number, record => whole |= record is SnapshotEnd);
        if (length != content.Length || !whole)
            throw Damaged(name, length, "the snapshot is not whole.");
    }

    private long ReadSegment(long number, bool isLast)
    {
        var name = JournalFormat.SegmentName(number);
        var content = files.Read(name);
        var length = ReadFrames(name, content, number);
        if (length == content.Length && length > 0)
            return length;
        if (!isLast)
            throw Damaged(name, length, "the frame there is not sound, and it is not in the last segment.");
        // A frame is written only when all before it are on disk. So what follows the last sound one was never acknowledged, whichever
        // of its pages a power cut let through, unless another sound one comes after it.
        if (FindFrame(content, length + 1) is { } next)
            throw Damaged(name, length, $"the frame there is not sound, and sound ones follow at offset {next}.");
        return length;
    }

    private long ReadFrames(string name, byte[] content, long number, Action<Record>? seen = null)
    {
        if (JournalFormat.IsOfOtherVersion(content))
            throw Damaged(name, 0, "it was written by another version of the engine, in a format that this one does not know.");
        if (!JournalFormat.IsHeader(content, number))
            return 0;
        var offset = JournalFormat.HeaderBytes;
        while (JournalFormat.TryReadFrame(content.AsSpan(offset), out var payload))
        {
            offset += JournalFormat.FrameHeaderBytes;
            while (!payload.IsEmpty)
            {
                var bytes = JournalFormat.TakeRecord(ref payload);
                Apply(name, offset, bytes, seen);
                offset += JournalFormat.RecordHeaderBytes + bytes.Length;
            }
        }
        return offset;
    }

    private void Apply(string name, long offset, ReadOnlySpan<byte> bytes, Action<Record>? seen)
    {
        try
        {
            var record = RecordJson.Read(bytes);
            apply(record);
            seen?.Invoke(record);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidDataException or ArgumentException)
        {
            throw JournalException.Damaged(files.Folder, name, offset, $"the record there cannot be applied ({exception.Message}).", exception);
        }
    }

    private static long? FindFrame(byte[] content, long from)
    {
        for (var offset = (int)from; offset < content.Length; offset++)
        {
            if (JournalFormat.TryReadFrame(content.AsSpan(offset), out _))
                return offset;
        }
        return null;
    }

    private JournalException Damaged(string segment, long offset, string what) => JournalException.Damaged(files.Folder, segment, offset, what);
}

/// <summary>Where a journal is to be continued.</summary>
/// <param name="Segment">The last segment.</param>
/// <param name="Length">How much of it is sound; 0 when it is to be begun.</param>
/// <param name="Obsolete">Files that a crash left over.</param>
internal sealed record JournalTail(long Segment, long Length, IReadOnlyList<string> Obsolete);
