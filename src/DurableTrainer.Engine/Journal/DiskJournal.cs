using System.Buffers;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Journal;

/// <summary>
/// Group commit: the engine's loop appends to a batch in memory, and one thread writes batch after batch, each as one frame
/// with one flush. While it flushes, the next batch fills; nothing is locked but for the copying of a record.
/// </summary>
internal sealed class DiskJournal : IJournal
{
    // A loop that runs away from its disk is made to wait rather than to fill the memory.
    private const int BacklogLimitBytes = 64 * 1024 * 1024;

    private readonly SegmentWriter segments;
    private readonly JournalLimits limits;
    private readonly Action<long> durable;
    private readonly Action<Exception> failed;
    private readonly ArrayBufferWriter<byte> payload = new(4096);
    private readonly object gate = new();
    private readonly Queue<Batch> batches = [];
    private readonly Thread writer;
    private Batch? open;
    private Batch? spare;
    private long backlogBytes;
    private long sinceSnapshot;
    private long lastSnapshotBytes;
    private bool closing;
    private bool broken;

    /// <param name="segments">Writes the files; owned by this journal.</param>
    /// <param name="limits">When to begin a new segment, and when to take a snapshot.</param>
    /// <param name="durable">Called on the writer's thread with the number of records that are on disk.</param>
    /// <param name="failed">Called on the writer's thread once, when writing fails; nothing is written after that.</param>
    public DiskJournal(SegmentWriter segments, JournalLimits limits, Action<long> durable, Action<Exception> failed)
    {
        (this.segments, this.limits, this.durable, this.failed) = (segments, limits, durable, failed);
        sinceSnapshot = segments.Length;
        writer = new(WriteBatches) { IsBackground = true, Name = "journal" };
        writer.Start();
    }

    public long Appended { get; private set; }

    // A snapshot costs as much as it is long: with a large state they come less often, so that the cost per record stays the same.
    public bool WantsSnapshot => sinceSnapshot >= Math.Max(limits.SnapshotEveryBytes, lastSnapshotBytes);

    public void Append(Record record)
    {
        payload.ResetWrittenCount();
        RecordJson.Write(record, payload);
        var bytes = JournalFormat.RecordHeaderBytes + payload.WrittenCount;
        lock (gate)
        {
            while (!broken && backlogBytes >= BacklogLimitBytes)
                Monitor.Wait(gate);
            // Counted even when it will never be durable: whatever waits for it must not take an earlier record for it.
            Appended++;
            if (broken)
                return;
            var batch = OpenBatch();
            batch.Records.Add(payload.WrittenSpan);
            batch.LastRecord = Appended;
            backlogBytes += bytes;
        }
        sinceSnapshot += bytes;
    }

    public void AppendSnapshot(IEnumerable<Record> records)
    {
        var snapshot = new Frame();
        foreach (var record in records)
        {
            payload.ResetWrittenCount();
            RecordJson.Write(record, payload);
            snapshot.Add(payload.WrittenSpan);
        }
        (sinceSnapshot, lastSnapshotBytes) = (0, snapshot.RecordBytes);
        lock (gate)
        {
            if (broken)
                return;
            OpenBatch().Snapshot = snapshot;
            // What comes later belongs to the segment after the snapshot.
            open = null;
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closing = true;
            Monitor.PulseAll(gate);
        }
        writer.Join();
    }

    public void Dispose() => segments.Dispose();

    // Called inside the lock.
    private Batch OpenBatch()
    {
        if (open is null)
        {
            open = spare ?? new();
            spare = null;
            open.LastRecord = Appended;
            batches.Enqueue(open);
            Monitor.PulseAll(gate);
        }
        return open;
    }

    private Batch? TakeBatch()
    {
        lock (gate)
        {
            while (batches.Count == 0 && !closing)
                Monitor.Wait(gate);
            if (!batches.TryDequeue(out var batch))
                return null;
            if (ReferenceEquals(batch, open))
                open = null;
            return batch;
        }
    }

    private void WriteBatches()
    {
        try
        {
            while (TakeBatch() is { } batch)
                Write(batch);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Break(exception);
        }
    }

    private void Write(Batch batch)
    {
        if (batch.Records.RecordBytes > 0)
        {
            segments.Append(batch.Records.Seal());
            durable(batch.LastRecord);
        }
        if (batch.Snapshot is { } snapshot)
            segments.ContinueFrom(snapshot.Seal());
        else if (segments.Length >= limits.SegmentBytes)
            segments.BeginNext();
        lock (gate)
        {
            backlogBytes -= batch.Records.RecordBytes;
            spare = batch.Recycle();
            Monitor.PulseAll(gate);
        }
    }

    private void Break(Exception exception)
    {
        lock (gate)
        {
            broken = true;
            batches.Clear();
            Monitor.PulseAll(gate);
        }
        failed(exception);
    }
}

/// <param name="SegmentBytes">A segment longer than this is followed by a new one.</param>
/// <param name="SnapshotEveryBytes">So much is journaled between two snapshots, at least.</param>
internal sealed record JournalLimits(long SegmentBytes, long SnapshotEveryBytes);
