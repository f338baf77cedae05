using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DurableTrainer.Training.Parallel.Pipeline.Filling;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>When chunks are let into the gaps that are offered, by a clock that only the test moves.</summary>
public sealed class GapPoolTests : TimeProvider, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly Chunk Chunk = new(Stage: 0, ChunkKind.Forward, Operation: 0);

    private readonly GapPool pool;
    private readonly Socket main, filler;
    private long now = 1000;

    public GapPoolTests()
    {
        pool = new GapPool(this, workers: 1);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filler.Connect(listener.LocalEndpoint);
        main = listener.AcceptSocket();
        main.ReceiveTimeout = (int)Patience.TotalMilliseconds;
    }

    public override long GetTimestamp() => Interlocked.Read(ref now);

    [Fact]
    public void Without_anybody_whose_gaps_are_waited_for_everything_passes()
    {
        pool.Enter(worker: 0, Chunk);
        pool.Leave(worker: 0);

        Assert.False(pool.IsGuarded);
        Assert.Equal(0, main.Available);
    }

    [Fact]
    public async Task A_chunk_that_would_not_end_in_time_leaves_the_gap_and_waits_for_a_longer_one()
    {
        pool.Guard([filler]);
        var entered = EnterAsync();
        GapMessages.SendOffer(main, until: 1100);
        await entered.WaitAsync(Patience);
        Assert.Equal(GapMessages.Entered, ReceiveNumber());
        Interlocked.Add(ref now, 60);
        pool.Leave(worker: 0);

        entered = EnterAsync();
        Assert.Equal(1, ReceiveNumber());
        Assert.Equal((1000, 1060), ReceiveTimes());
        // As long as the rest of the gap would have to be.
        GapMessages.SendOffer(main, until: 1060 + 60);
        await entered.WaitAsync(Patience);
        Assert.Equal(GapMessages.Entered, ReceiveNumber());
    }

    [Fact]
    public async Task A_gap_without_end_is_for_all_chunks_until_it_is_taken_back()
    {
        pool.Guard([filler]);
        var entered = EnterAsync();
        GapMessages.SendOffer(main, GapMessages.WithoutEnd);
        for (var chunk = 0; chunk < 3; chunk++)
        {
            await entered.WaitAsync(Patience);
            Interlocked.Add(ref now, 1_000_000);
            pool.Leave(worker: 0);
            entered = EnterAsync();
        }

        await entered.WaitAsync(Patience);
        Assert.Equal(GapMessages.Entered, ReceiveNumber());
        Assert.Equal(0, main.Available);
        GapMessages.SendOffer(main, until: 0);
        do
        {
            pool.Leave(worker: 0);
            entered = EnterAsync();
            // That is heard of when it is, and then said in the next chunk's place.
            while (!entered.IsCompleted && main.Available == 0)
                await Task.Yield();
        }
        while (main.Available == 0);

        Assert.True(ReceiveNumber() >= 4);
        Assert.False(entered.IsCompleted);
        pool.Open();
        await entered.WaitAsync(Patience);
    }

    public void Dispose()
    {
        pool.Open();
        main.Dispose();
        filler.Dispose();
    }

    private Task EnterAsync() => Task.Run(() => pool.Enter(worker: 0, Chunk));

    private int ReceiveNumber() => BinaryPrimitives.ReadInt32LittleEndian(Receive(sizeof(int)));

    private (long Start, long End) ReceiveTimes()
    {
        var (start, end, _) = GapMessages.ReadSpan(Receive(GapMessages.SpanBytes));
        return (start, end);
    }

    private byte[] Receive(int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
            received += main.Receive(bytes.AsSpan(received));
        return bytes;
    }
}
