using System.Buffers.Binary;
using System.Net.Sockets;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// Lets the chunks of a trial that fills gaps run on one unit when there is a gap that is long enough for them. Without anybody whose gaps they
/// are, it lets everything pass. One thread at a time uses it.
/// </summary>
internal sealed class GapGate(TimeProvider time)
{
    private readonly ChunkTimes times = new();
    private readonly List<(long Start, long End)> spans = [];
    private readonly byte[] received = new byte[sizeof(long) * 64];
    private volatile Socket? socket;
    private int kept;
    private long until, begun;
    private bool isInside, isFresh;
    private Chunk current;

    /// <summary>Whether there is somebody whose gaps it waits for.</summary>
    public bool IsGuarded => socket is not null;

    /// <summary>Waits for gaps from here on.</summary>
    /// <param name="connected">Where they are offered.</param>
    public void Guard(Socket connected)
    {
        (until, kept, isInside) = (0, 0, false);
        spans.Clear();
        socket = connected;
    }

    /// <summary>Lets everything pass from here on, also what waits now; from any thread.</summary>
    public void Open()
    {
        if (Interlocked.Exchange(ref socket, null) is not { } was)
            return;
        // Also ends a receive that is under way.
        was.Dispose();
    }

    /// <summary>Waits until a chunk may run.</summary>
    public void Enter(Chunk chunk)
    {
        current = chunk;
        while (socket is { } connected && !Fits(chunk))
        {
            try
            {
                Leave(connected);
                Receive(connected);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Whose gaps they were has ended.
                Open();
            }
        }

        begun = time.GetTimestamp();
    }

    /// <summary>The chunk is done.</summary>
    public void Leave()
    {
        var end = time.GetTimestamp();
        times.Add(current, end - begun);
        if (!isInside)
            return;
        spans.Add((begun, end));
        if (spans.Count == GapMessages.MostSpans)
            Pause();
    }

    /// <summary>Leaves the gap that it may be in: there is something else to wait for than a gap.</summary>
    public void Pause()
    {
        if (socket is not { } connected)
            return;
        try
        {
            Leave(connected);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Open();
        }
    }

    private bool Fits(Chunk chunk)
    {
        var now = time.GetTimestamp();
        // What a chunk takes that was never run shows in a gap that has only begun.
        var isFit = times.NinetyPercent(chunk) is { } needed ? now + needed <= until : isFresh && now < until;
        if (!isFit)
            return false;
        isFresh = false;
        if (!isInside && socket is { } connected)
        {
            isInside = true;
            GapMessages.SendEntered(connected);
        }

        return true;
    }

    private void Leave(Socket connected)
    {
        if (!isInside)
            return;
        isInside = false;
        GapMessages.SendLeft(connected, spans);
        spans.Clear();
    }

    /// <summary>Waits for a gap; of several that were offered meanwhile the last counts.</summary>
    private void Receive(Socket connected)
    {
        do
        {
            var count = connected.Receive(received.AsSpan(kept));
            if (count == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            kept += count;
        }
        while (kept < sizeof(long) || connected.Available > 0);

        var whole = kept / sizeof(long) * sizeof(long);
        until = BinaryPrimitives.ReadInt64LittleEndian(received.AsSpan(whole - sizeof(long)));
        isFresh = true;
        received.AsSpan(whole, kept - whole).CopyTo(received);
        kept -= whole;
    }
}
