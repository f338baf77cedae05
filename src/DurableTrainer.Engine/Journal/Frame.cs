using System.Buffers.Binary;

namespace DurableTrainer.Engine.Journal;

/// <summary>Records that reach the disk together or not at all: the unit in which a crash may tear the journal.</summary>
internal sealed class Frame
{
    private byte[] bytes = new byte[64 * 1024];
    private int length = JournalFormat.FrameHeaderBytes;

    public int Capacity => bytes.Length;

    /// <summary>How much the records take, without the frame's own header; 0 when there are none.</summary>
    public int RecordBytes => length - JournalFormat.FrameHeaderBytes;

    public void Add(ReadOnlySpan<byte> record)
    {
        var end = checked(length + JournalFormat.RecordHeaderBytes + record.Length);
        if (end > bytes.Length)
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * bytes.Length)));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(length), record.Length);
        record.CopyTo(bytes.AsSpan(length + JournalFormat.RecordHeaderBytes));
        length = end;
    }

    /// <summary>The frame as it stands on disk.</summary>
    public ReadOnlySpan<byte> Seal()
    {
        JournalFormat.WriteFrameHeader(bytes, bytes.AsSpan(JournalFormat.FrameHeaderBytes..length));
        return bytes.AsSpan(..length);
    }

    public void Clear() => length = JournalFormat.FrameHeaderBytes;
}
