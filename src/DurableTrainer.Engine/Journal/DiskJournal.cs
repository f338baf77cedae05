using System.Buffers;
using System.Diagnostics;
using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Journal;

/// <summary>
/// Group commit: the engine's loop appends to a batch in memory, and one thread writes batch after batch, each as one frame
/// with one flush. While it flushes, the next batch fills; nothing is locked but for the copying of a record. While the disk is full,
/// batches wait, and the first of them is tried again.
/// </summary>
internal sealed class DiskJournal : IJournal
{
    // A loop that runs away from its disk is made to wait rather than to fill the memory.
    private const int BacklogLimitBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(2);

    private readonly SegmentWriter segments;
    private readonly JournalLimits limits;
    private readonly JournalEvents events;
    private readonly ArrayBufferWriter<byte> payload = new(4096);
    private readonly object gate = new();
    private readonly Queue<Batch> batches = [];
    private readonly Thread writer;
    private Batch? open;
    private Batch? spare;
    private long backlogBytes;
    private long sinceSnapshot;
    private long lastSnapshotBytes;
    private bool waitsForSpace;
    private bool closing;
    private bool broken;

    /// <param name="segments">Writes the files; owned by this journal.</param>
    /// <param name="limits">When to begin a new segment, and when to take a snapshot.</param>
    /// <param name="events">Who is told what becomes of what was appended.</param>
    public DiskJournal(SegmentWriter segments, JournalLimits limits, JournalEvents events)
    {
        (this.segments, this.limits, this.events) = (segments, limits, events);
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
            while (!broken && !waitsForSpace && backlogBytes >= BacklogLimitBytes)
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
            WithSpace(() => segments.Append(batch.Records.Seal()));
            events.Durable(batch.LastRecord);
        }
        if (batch.Snapshot is { } snapshot)
            WithSpace(() => segments.ContinueFrom(snapshot.Seal()));
        else if (segments.Length >= limits.SegmentBytes)
            WithSpace(segments.BeginNext);
        lock (gate)
        {
            backlogBytes -= batch.Records.RecordBytes;
            spare = batch.Recycle();
            Monitor.PulseAll(gate);
        }
    }

    private void WithSpace(Action write)
    {
        for (var delay = FirstRetry; ; delay = delay < LastRetry ? 2 * delay : LastRetry)
        {
            try
            {
                write();
                break;
            }
            catch (IOException exception) when (DiskTrouble.IsFull(exception))
            {
                if (!WaitForSpace(delay, exception))
                    throw;
            }
        }
        if (waitsForSpace)
        {
            SetWaiting(false);
            events.Written();
        }
    }

    /// <returns>False when the journal closes: nobody waits any longer.</returns>
    private bool WaitForSpace(TimeSpan delay, Exception exception)
    {
        if (!waitsForSpace)
        {
            SetWaiting(true);
            events.Full(exception);
        }
        var started = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (!closing && Stopwatch.GetElapsedTime(started) is var waited && waited < delay)
                Monitor.Wait(gate, delay - waited);
            return !closing;
        }
    }

    private void SetWaiting(bool waits)
    {
        lock (gate)
        {
            waitsForSpace = waits;
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
        events.Failed(exception);
    }
}

/// <summary>What a journal tells, on its own thread.</summary>
/// <param name="Durable">So many records are on disk.</param>
/// <param name="Full">The disk is full; what was appended waits, and is tried again.</param>
/// <param name="Written">What waited for space is on disk.</param>
/// <param name="Failed">Writing failed, once and for all; nothing is written after that.</param>
internal sealed record JournalEvents(Action<long> Durable, Action<Exception> Full, Action Written, Action<Exception> Failed);

/// <param name="SegmentBytes">A segment longer than this is followed by a new one.</param>
/// <param name="SnapshotEveryBytes">So much is journaled between two snapshots, at least.</param>
internal sealed record JournalLimits(long SegmentBytes, long SnapshotEveryBytes);
