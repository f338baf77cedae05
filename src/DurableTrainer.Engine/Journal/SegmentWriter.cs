using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Recovery;

namespace DurableTrainer.Engine.Journal;

/// <summary>
/// Writes the files of a journal so that a crash between any two steps leaves one that recovers. What failed for want of space may be done
/// again: it begins by taking away what the first attempt left.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IJournalFiles files;
    private IJournalFile current;
    private long number;
    private bool isTorn;

    public SegmentWriter(IJournalFiles files, JournalTail tail)
    {
        this.files = files;
        number = tail.Segment;
        foreach (var name in tail.Obsolete)
            files.Delete(name);
        if (tail.Length > 0)
        {
            current = OpenAt(Length = tail.Length);
        }
        else
        {
            current = Begin(number);
            Length = JournalFormat.HeaderBytes;
        }
        files.FlushFolder();
    }

    /// <summary>Bytes in the current segment.</summary>
    public long Length { get; private set; }

    /// <summary>Returns once the frame is on disk. Recovery relies on it that a frame is written only when all before it are on disk.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        if (isTorn)
        {
            current.Dispose();
            current = OpenAt(Length);
        }
        isTorn = true;
        current.Write(frame);
        current.Flush();
        isTorn = false;
        Length += frame.Length;
    }

    public void BeginNext()
    {
        var next = Begin(number + 1);
        try
        {
            files.FlushFolder();
        }
        catch
        {
            next.Dispose();
            throw;
        }
        current.Dispose();
        (current, Length) = (next, JournalFormat.HeaderBytes);
        number++;
    }

    /// <summary>Begins a new segment with a snapshot of all that came before, and deletes what the snapshot covers.</summary>
    public void ContinueFrom(ReadOnlySpan<byte> snapshot)
    {
        foreach (var unfinished in files.List().Where(JournalFormat.IsUnfinished))
            files.Delete(unfinished);
        if (Length > JournalFormat.HeaderBytes)
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

    private IJournalFile Begin(long segment)
    {
        var name = JournalFormat.SegmentName(segment);
        // A crash, or a full disk, may have left the file without a whole header.
        if (files.List().Contains(name))
            files.Delete(name);
        return Prepared(files.Create(name), file => file.Write(JournalFormat.Header(segment)));
    }

    // A tail that was cut must stay cut, or it would be taken for damage once frames follow it.
    private IJournalFile OpenAt(long length) => Prepared(files.Open(JournalFormat.SegmentName(number), length), static _ => { });

    private static IJournalFile Prepared(IJournalFile file, Action<IJournalFile> prepare)
    {
        try
        {
            prepare(file);
            file.Flush();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
