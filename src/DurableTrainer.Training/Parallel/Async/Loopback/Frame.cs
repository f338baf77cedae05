using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>What a frame between a server and a learner says.</summary>
internal enum FrameKind : byte
{
    /// <summary>A learner shows that it was started by who listens.</summary>
    Hello = 1,

    /// <summary>What to train.</summary>
    Setup,

    Welcome,
    Work,
    Push,
    Ack,
}

/// <summary>
/// A message in the making, or as it came: its length as 4 little-endian bytes, a byte for its kind, and numbers as they lie in memory. The
/// memory of one serves the next.
/// </summary>
internal sealed class Frame
{
    /// <summary>Beyond it a length is no length.</summary>
    private const int MostBytes = 1 << 30;

    private const int HeadBytes = sizeof(int) + 1;

    private byte[] bytes = new byte[256];
    private int end = HeadBytes;
    private int place = HeadBytes;

    public FrameKind Kind => (FrameKind)bytes[sizeof(int)];

    /// <summary>Starts a new one.</summary>
    public Frame Begin(FrameKind kind)
    {
        end = place = HeadBytes;
        bytes[sizeof(int)] = (byte)kind;
        return this;
    }

    public Frame Add<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(Room(Marshal.SizeOf<T>()), value);
        return this;
    }

    /// <summary>So many values; the reader has to know how many.</summary>
    public Frame Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var source = MemoryMarshal.AsBytes(values);
        source.CopyTo(Room(source.Length));
        return this;
    }

    public void Send(Stream stream)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, end - HeadBytes);
        stream.Write(bytes, 0, end);
        stream.Flush();
    }

    /// <returns>False when the other side is gone.</returns>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    /// <exception cref="EndOfStreamException">The other side went in the middle of one.</exception>
    public bool Receive(Stream stream)
    {
        var first = stream.ReadAtLeast(bytes.AsSpan(0, HeadBytes), HeadBytes, throwOnEndOfStream: false);
        if (first == 0)
            return false;
        if (first < HeadBytes)
            throw new EndOfStreamException("A frame was cut off.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < 0 or > MostBytes)
            throw new InvalidDataException($"A frame of {length} bytes is none.");
        var kind = Kind;
        (end, place) = (HeadBytes, HeadBytes);
        stream.ReadExactly(Room(length));
        if (Kind != kind || !Enum.IsDefined(kind))
            throw new InvalidDataException($"There is no frame of kind {(byte)kind}.");
        return true;
    }

    /// <exception cref="InvalidDataException">It is something else.</exception>
    public Frame Require(FrameKind kind) =>
        Kind == kind ? this : throw new InvalidDataException($"A frame {kind} was due, and {Kind} came.");

    /// <exception cref="InvalidDataException">The frame is shorter.</exception>
    public T Take<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Next(Marshal.SizeOf<T>()));

    /// <summary>As many values as there is room for.</summary>
    /// <exception cref="InvalidDataException">The frame is shorter.</exception>
    public void Take<T>(Span<T> values)
        where T : unmanaged
    {
        var target = MemoryMarshal.AsBytes(values);
        Next(target.Length).CopyTo(target);
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Next(end - place);

    /// <exception cref="InvalidDataException">Something is left.</exception>
    public void RequireEnd()
    {
        if (place != end)
            throw new InvalidDataException($"A frame {Kind} is {end - place} bytes too long.");
    }

    private Span<byte> Room(int length)
    {
        if (bytes.Length - end < length)
            Array.Resize(ref bytes, Math.Max(checked(end + length), (int)Math.Min(2L * bytes.Length, MostBytes)));
        end += length;
        return bytes.AsSpan(end - length, length);
    }

    private ReadOnlySpan<byte> Next(int length)
    {
        if (end - place < length)
            throw new InvalidDataException($"A frame {Kind} ends after {end - HeadBytes} bytes, where more were due.");
        place += length;
        return bytes.AsSpan(place - length, length);
    }
}
