using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Recovery;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Inspection;

/// <summary>Reads a journal as a start would, and tells what is whole. It never writes, and holds nothing.</summary>
public static class JournalInspection
{
    /// <param name="folder">The folder of the journal.</param>
    /// <exception cref="JournalException">The folder cannot be read.</exception>
    public static JournalReport Read(string folder)
    {
        var files = new DiskFiles(folder, TimeProvider.System);
        try
        {
            return Read(files, FolderLock.IsHeld(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw JournalException.Unreadable(files.Folder, exception);
        }
    }

    internal static JournalReport Read(IJournalFiles files, bool isInUse)
    {
        var state = new EngineState(keepInputs: false);
        JournalTail? tail = null;
        JournalException? damage = null;
        try
        {
            tail = new JournalReader(files, state.Apply).Read();
        }
        catch (JournalException exception)
        {
            damage = exception;
        }

        var first = files.List().Select(JournalFormat.SnapshotNumber).Max() ?? 1;
        List<JournalFileReport> reports = [.. files.List().Select(name => Of(files, name, first)).OfType<JournalFileReport>()];
        return new JournalReport
        {
            IsInUse = isInUse,
            Files = [.. reports.OrderBy(file => file.Kind == JournalFileKind.LeftOver).ThenBy(file => NumberOf(file.Name)).ThenBy(file => file.Kind == JournalFileKind.Segment)],
            Damage = damage,
            TornBytes = tail is null ? 0 : reports.Where(file => file.Name == JournalFormat.SegmentName(tail.Segment)).Sum(file => file.Bytes - tail.Length),
            Instances = state.Instances.Values.GroupBy(instance => instance.Status).ToDictionary(group => group.Key, group => group.Count()),
            Entities = state.Entities.Count,
            PendingActivities = state.Instances.Values.Sum(instance => instance.Activities.Count),
        };
    }

    private static long NumberOf(string name) => JournalFormat.SegmentNumber(name) ?? JournalFormat.SnapshotNumber(name) ?? long.MaxValue;

    /// <returns>Null for a file that belongs to no journal.</returns>
    private static JournalFileReport? Of(IJournalFiles files, string name, long first)
    {
        var plain = JournalFormat.IsUnfinished(name) ? name[..^JournalFormat.Unfinished.Length] : name;
        if ((JournalFormat.SegmentNumber(plain) ?? JournalFormat.SnapshotNumber(plain)) is not { } number)
            return null;
        var kind = plain != name || number < first ? JournalFileKind.LeftOver
            : JournalFormat.SegmentNumber(plain) is not null ? JournalFileKind.Segment
            : JournalFileKind.Snapshot;
        var content = files.Read(name);
        var (sound, frames, records) = Count(content, number);
        return new(name, kind, content.Length, sound, frames, records);
    }

    private static (long Sound, int Frames, int Records) Count(ReadOnlySpan<byte> content, long number)
    {
        if (!JournalFormat.IsHeader(content, number))
            return (0, 0, 0);
        var (offset, frames, records) = (JournalFormat.HeaderBytes, 0, 0);
        while (JournalFormat.TryReadFrame(content[offset..], out var payload))
        {
            offset += JournalFormat.FrameHeaderBytes + payload.Length;
            frames++;
            for (; !payload.IsEmpty; records++)
                JournalFormat.TakeRecord(ref payload);
        }

        return (offset, frames, records);
    }
}
