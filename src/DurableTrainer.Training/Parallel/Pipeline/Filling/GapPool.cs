using System.Buffers.Binary;
using System.Net.Sockets;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// The gaps of another trial's units, as the trial has them that fills. Its threads run a chunk in any gap that is long enough, one at a time in
/// each: on this machine a unit is a processor, and memory is the same for all. Without anybody whose gaps they are, everything passes.
/// </summary>
internal sealed class GapPool(TimeProvider time, int workers)
{
    private readonly object gate = new();
    private readonly ChunkTimes times = new();
    private readonly Worker[] working = [.. Enumerable.Range(0, workers).Select(_ => new Worker())];
    private Gap[] gaps = [];

    /// <summary>Whether there is somebody whose gaps are waited for.</summary>
    public bool IsGuarded => Volatile.Read(ref gaps).Length > 0;

    /// <summary>Waits for gaps from here on. Nobody is at work.</summary>
    /// <param name="units">Where the gaps of each unit are offered.</param>
    public void Guard(IReadOnlyList<Socket> units)
    {
        Gap[] guarded = [.. units.Select(socket => new Gap(socket))];
        Volatile.Write(ref gaps, guarded);
        foreach (var gap in guarded)
            new Thread(() => Listen(gap)) { IsBackground = true, Name = "gaps" }.Start();
    }

    /// <summary>Lets everything pass from here on, also what waits now; from any thread.</summary>
    public void Open()
    {
        lock (gate)
        {
            // Also ends the threads that listen.
            foreach (var gap in gaps)
                gap.Socket.Dispose();
            Volatile.Write(ref gaps, []);
            foreach (var one in working)
                one.Gap = null;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until a chunk may run.</summary>
    /// <param name="worker">Which of this trial's threads.</param>
    /// <param name="chunk">The chunk.</param>
    public void Enter(int worker, Chunk chunk)
    {
        lock (gate)
        {
            var one = working[worker];
            one.Chunk = chunk;
            one.Waits = true;
            while (gaps.Length > 0 && !TryEnter(one))
                Monitor.Wait(gate);
            one.Waits = false;
            one.Begun = time.GetTimestamp();
        }
    }

    /// <summary>A worker's chunk is done.</summary>
    public void Leave(int worker)
    {
        var end = time.GetTimestamp();
        lock (gate)
        {
            var one = working[worker];
            times.Add(one.Chunk, end - one.Begun);
            if (one.Gap is null)
                return;
            one.Gap.Spans.Add(new GapSpan(one.Begun, end, Thread.GetCurrentProcessorId()));
            if (one.Gap.Spans.Count == GapMessages.MostSpans)
                Leave(one);
        }
    }

    /// <summary>A worker leaves the gap that it may be in: there is something else to wait for than a gap.</summary>
    public void Pause(int worker)
    {
        lock (gate)
            Leave(working[worker]);
    }

    private bool TryEnter(Worker worker)
    {
        var (chunk, now) = (worker.Chunk, time.GetTimestamp());
        if (worker.Gap is not null && Fits(worker.Gap, chunk, now))
            return true;
        Leave(worker);
        // Where most is left, so that what is short stays for what is short.
        var free = gaps.Where(one => !one.IsTaken && Fits(one, chunk, now)).MaxBy(one => one.Until);
        if (free is null || !TrySend(() => GapMessages.SendEntered(free.Socket)))
            return gaps.Length == 0;
        free.IsTaken = true;
        worker.Gap = free;
        return true;
    }

    /// <summary>Whether a gap lasts long enough. What a chunk takes that was never run shows in the first half of one.</summary>
    private bool Fits(Gap gap, Chunk chunk, long now) =>
        times.NinetyPercent(chunk) is { } needed ? now + needed <= gap.Until : now < gap.Half;

    private void Leave(Worker worker)
    {
        if (worker.Gap is not { } left)
            return;
        worker.Gap = null;
        left.IsTaken = false;
        TrySend(() => GapMessages.SendLeft(left.Socket, left.Spans));
        left.Spans.Clear();
        Monitor.PulseAll(gate);
    }

    private bool TrySend(Action send)
    {
        try
        {
            send();
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Whose gaps they were has ended.
            Open();
            return false;
        }
    }

    /// <summary>Takes what is offered; of several gaps that were offered meanwhile the last counts.</summary>
    private void Listen(Gap gap)
    {
        var received = new byte[sizeof(long) * 64];
        var kept = 0;
        try
        {
            while (gap.Socket.Receive(received.AsSpan(kept)) is var count and > 0)
            {
                kept += count;
                if (kept < sizeof(long) || (gap.Socket.Available > 0 && kept < received.Length))
                    continue;
                var whole = kept / sizeof(long) * sizeof(long);
                Take(gap, BinaryPrimitives.ReadInt64LittleEndian(received.AsSpan(whole - sizeof(long))));
                received.AsSpan(whole, kept - whole).CopyTo(received);
                kept -= whole;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // As if nothing came any more.
        }

        if (Array.IndexOf(Volatile.Read(ref gaps), gap) >= 0)
            Open();
    }

    private void Take(Gap gap, long until)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            (gap.Until, gap.Half) = (until, until - (until - now) / 2);
            foreach (var worker in working.Where(worker => worker.Waits && !gap.IsTaken && now < until && !Fits(gap, worker.Chunk, now)))
                times.Doubt(worker.Chunk);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>One of this trial's threads.</summary>
    private sealed class Worker
    {
        /// <summary>What it does, or waits to do.</summary>
        public Chunk Chunk { get; set; }

        public bool Waits { get; set; }

        /// <summary>When it began, as a timestamp.</summary>
        public long Begun { get; set; }

        /// <summary>In which it is.</summary>
        public Gap? Gap { get; set; }
    }

    /// <summary>That of one unit.</summary>
    private sealed class Gap(Socket socket)
    {
        public Socket Socket => socket;

        /// <summary>Before which chunks have to end, as a timestamp.</summary>
        public long Until { get; set; }

        /// <summary>The middle between its begin and that.</summary>
        public long Half { get; set; }

        /// <summary>Whether a worker is in it.</summary>
        public bool IsTaken { get; set; }

        /// <summary>Chunks that ran in it and were not told of yet.</summary>
        public List<GapSpan> Spans { get; } = [];
    }
}
