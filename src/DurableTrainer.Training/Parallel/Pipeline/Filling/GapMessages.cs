using System.Buffers.Binary;
using System.Net.Sockets;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// What a trial that fills and one that is filled tell each other about a unit. One offers gaps, each as the timestamp before which chunks have to
/// end: 8 bytes. One that is over takes back what was offered before. The other says that it has entered one, −1 as 4 bytes, and that it has left it, with
/// how many chunks it ran, and for each of them when and on which processor.
/// All numbers are little-endian, and timestamps are of the clock that this machine's processes share.
/// </summary>
internal static class GapMessages
{
    public const int Entered = -1;

    /// <summary>A gap that lasts until it is taken back.</summary>
    public const long WithoutEnd = long.MaxValue;

    /// <summary>Bytes of a chunk's begin, end and processor.</summary>
    public const int SpanBytes = 2 * sizeof(long) + sizeof(int);

    /// <summary>Chunks of one message at most.</summary>
    public const int MostSpans = 1024;

    public static void SendOffer(Socket socket, long until)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, until);
        socket.Send(bytes);
    }

    public static void SendEntered(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Entered);
        socket.Send(bytes);
    }

    public static void SendLeft(Socket socket, List<GapSpan> spans)
    {
        var bytes = new byte[sizeof(int) + spans.Count * SpanBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, spans.Count);
        foreach (var (number, (start, end, processor)) in spans.Index())
        {
            var span = bytes.AsSpan(sizeof(int) + number * SpanBytes);
            BinaryPrimitives.WriteInt64LittleEndian(span, start);
            BinaryPrimitives.WriteInt64LittleEndian(span[sizeof(long)..], end);
            BinaryPrimitives.WriteInt32LittleEndian(span[(2 * sizeof(long))..], processor);
        }

        socket.Send(bytes);
    }

    public static GapSpan ReadSpan(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 * sizeof(long))..]));
}
