using System.Buffers.Binary;
using System.Net.Sockets;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>A trial that fills, as the one that is filled sees it. The thread of each unit uses what is about that unit.</summary>
internal sealed class Filler : IDisposable
{
    private readonly Line[] lines;

    public Filler(FillerHello hello, IReadOnlyList<Socket> units)
    {
        (ProcessId, Trial) = (hello.ProcessId, hello.Trial);
        lines = [.. units.Select(socket => new Line(socket))];
        foreach (var socket in units)
            socket.Blocking = false;
    }

    public int ProcessId { get; }

    public int Trial { get; }

    /// <summary>Whether it has ended, or was ended.</summary>
    public bool IsGone => Array.Exists(lines, line => line.IsClosed);

    /// <summary>Offers a gap.</summary>
    /// <param name="unit">Which unit idles.</param>
    /// <param name="until">Before which its chunks have to end, as a timestamp.</param>
    public void Offer(int unit, long until) => lines[unit].Offer(until);

    /// <summary>Lets it into the gaps of all units, whenever these come, until that is taken back.</summary>
    public void Open()
    {
        foreach (var line in lines)
            line.Offer(GapMessages.WithoutEnd);
    }

    /// <summary>Takes that back.</summary>
    /// <param name="now">As a timestamp: from here on it is late.</param>
    public void Close(long now)
    {
        foreach (var line in lines)
            line.Close(now);
    }

    /// <summary>Whether it is still in a gap that is over since so long.</summary>
    /// <param name="unit">Which unit.</param>
    /// <param name="now">As a timestamp.</param>
    /// <param name="patience">In timestamps.</param>
    public bool IsLate(int unit, long now, long patience) => lines[unit].IsLate(now, patience);

    /// <summary>The chunks that it told of since this was asked before.</summary>
    public List<GapSpan> TakeSpans(int unit) => lines[unit].TakeSpans();

    public void Dispose()
    {
        foreach (var line in lines)
            line.Dispose();
    }

    /// <summary>The connection about one unit.</summary>
    private sealed class Line(Socket socket) : IDisposable
    {
        private readonly byte[] bytes = new byte[1 << 16];
        private List<GapSpan> spans = [];
        private int kept;
        private long until;
        private bool isInside;

        public bool IsClosed { get; private set; }

        public void Offer(long end)
        {
            if (IsClosed)
                return;
            // Who has not left the gap before has nothing to do in this one: it is late, and must not seem to be in time.
            Read();
            if (isInside || until == GapMessages.WithoutEnd)
                return;
            until = end;
            Try(() => GapMessages.SendOffer(socket, end));
        }

        public void Close(long now)
        {
            if (IsClosed || until != GapMessages.WithoutEnd)
                return;
            until = now;
            Try(() => GapMessages.SendOffer(socket, now));
        }

        public bool IsLate(long now, long patience)
        {
            if (IsClosed || until == 0 || now < until)
                return false;
            Read();
            if (!isInside)
                until = 0;
            // Who is gone has left all gaps.
            return !IsClosed && isInside && now >= until + patience;
        }

        public List<GapSpan> TakeSpans()
        {
            Read();
            var taken = spans;
            spans = [];
            return taken;
        }

        public void Dispose()
        {
            IsClosed = true;
            socket.Dispose();
        }

        private void Read()
        {
            Try(() =>
            {
                // What was closed by the other side has nothing to read, and says so.
                while (!IsClosed && socket.Poll(0, SelectMode.SelectRead))
                {
                    var count = socket.Receive(bytes.AsSpan(kept));
                    if (count == 0)
                        Dispose();
                    kept += count;
                    Parse();
                }
            });
        }

        private void Parse()
        {
            var place = 0;
            while (kept - place >= sizeof(int))
            {
                var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(place));
                if (count == GapMessages.Entered)
                {
                    isInside = true;
                    place += sizeof(int);
                    continue;
                }

                if (count is < 0 or > GapMessages.MostSpans)
                {
                    // What says such a thing is no filler of this version.
                    Dispose();
                    return;
                }

                if (kept - place < sizeof(int) + count * GapMessages.SpanBytes)
                    break;
                isInside = false;
                place += sizeof(int);
                for (; count > 0; count--, place += GapMessages.SpanBytes)
                    spans.Add(GapMessages.ReadSpan(bytes.AsSpan(place)));
            }

            bytes.AsSpan(place, kept - place).CopyTo(bytes);
            kept -= place;
        }

        private void Try(Action talk)
        {
            try
            {
                talk();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                // It has not looked for gaps in a long time; this one is not for it.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                Dispose();
            }
        }
    }
}
