using System.Buffers;

namespace DurableTrainer.Engine.Journal;

/// <summary>Frames that go to disk with one flush, and the snapshot, if any, of the state that they lead to.</summary>
internal sealed class Batch
{
    public ArrayBufferWriter<byte> Frames { get; } = new(64 * 1024);

    /// <summary>The frames of a snapshot that is to be written after this batch.</summary>
    public ArrayBufferWriter<byte>? Snapshot { get; set; }

    /// <summary>How many records are durable once this batch is.</summary>
    public long LastRecord { get; set; }

    /// <summary>This batch, empty, to be filled again; null when it has grown so large that its memory is better given back.</summary>
    public Batch? Recycle()
    {
        const int WorthKeeping = 4 * 1024 * 1024;
        Frames.ResetWrittenCount();
        Snapshot = null;
        return Frames.Capacity <= WorthKeeping ? this : null;
    }

    public static void AddFrame(ArrayBufferWriter<byte> frames, ReadOnlySpan<byte> payload)
    {
        var target = frames.GetSpan(JournalFormat.FrameHeaderBytes + payload.Length);
        JournalFormat.WriteFrameHeader(target, payload);
        payload.CopyTo(target[JournalFormat.FrameHeaderBytes..]);
        frames.Advance(JournalFormat.FrameHeaderBytes + payload.Length);
    }
}
