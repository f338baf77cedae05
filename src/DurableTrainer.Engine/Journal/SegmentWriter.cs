using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Recovery;

namespace DurableTrainer.Engine.Journal;

/// <summary>Writes the files of a journal so that a crash between any two steps leaves one that recovers.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IJournalFiles files;
    private IJournalFile current;
    private long number;

    public SegmentWriter(IJournalFiles files, JournalTail tail)
    {
        this.files = files;
        number = tail.Segment;
        foreach (var name in tail.Obsolete)
            files.Delete(name);
        if (tail.Length > 0)
        {
            current = files.Open(JournalFormat.SegmentName(number), Length = tail.Length);
            // A tail that was cut must stay cut, or it would be taken for damage once frames follow it.
            current.Flush();
        }
        else
        {
            // A crash may have left the file without a whole header.
            if (files.List().Contains(JournalFormat.SegmentName(number)))
                files.Delete(JournalFormat.SegmentName(number));
            current = Begin();
        }
        files.FlushFolder();
    }

    /// <summary>Bytes in the current segment.</summary>
    public long Length { get; private set; }

    /// <summary>Returns once the frame is on disk. Recovery relies on it that a frame is written only when all before it are on disk.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        current.Write(frame);
        current.Flush();
        Length += frame.Length;
    }

    public void BeginNext()
    {
        current.Dispose();
        number++;
        current = Begin();
        files.FlushFolder();
    }

    /// <summary>Begins a new segment with a snapshot of all that came before, and deletes what the snapshot covers.</summary>
    public void ContinueFrom(ReadOnlySpan<byte> snapshot)
    {
        BeginNext();
        var name = JournalFormat.SnapshotName(number);
        using (var file = files.Create(name + JournalFormat.Unfinished))
        {
            file.Write(JournalFormat.Header(number));
            file.Write(snapshot);
            file.Flush();
        }
        files.Rename(name + JournalFormat.Unfinished, name);
        files.FlushFolder();
        foreach (var covered in files.List().Where(IsCovered))
            files.Delete(covered);
        files.FlushFolder();
    }

    public void Dispose() => current.Dispose();

    private bool IsCovered(string name) => JournalFormat.SegmentNumber(name) < number || JournalFormat.SnapshotNumber(name) < number;

    private IJournalFile Begin()
    {
        var file = files.Create(JournalFormat.SegmentName(number));
        file.Write(JournalFormat.Header(number));
        file.Flush();
        Length = JournalFormat.HeaderBytes;
        return file;
    }
}
