using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Training.Parallel.Async.Crews;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>A learner in a process of its own, behind a connection that never leaves this machine.</summary>
internal sealed class RemoteSeat : ILearnerSeat
{
    private const int TokenBytes = 16;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly int learner;
    private readonly ILearnerProcess process;
    private readonly TcpClient client;
    private readonly NetworkStream stream;
    private readonly Frame frame = new();

    /// <param name="setup">What it is to compute.</param>
    /// <param name="startProcess">Starts the process.</param>
    /// <param name="cancellation">Nobody wants it any more.</param>
    /// <exception cref="SeatLostException">It does not come.</exception>
    public RemoteSeat(Setup setup, Func<LearnerAddress, ILearnerProcess> startProcess, CancellationToken cancellation)
    {
        learner = setup.Learner;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var token = RandomNumberGenerator.GetHexString(2 * TokenBytes);
        process = startProcess(new LearnerAddress(learner, ((IPEndPoint)listener.LocalEndpoint).Port, token));
        try
        {
            client = Accept(listener, token, cancellation);
            stream = client.GetStream();
            setup.WriteTo(frame);
            frame.Send(stream);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            client?.Dispose();
            // One that is on its way finds nobody.
            listener.Dispose();
            process.Dispose();
            throw Lost(exception);
        }
    }

    public long? Epoch { get; private set; }

    public void Begin(Welcome welcome)
    {
        Epoch = welcome.Epoch;
        Talk(() =>
        {
            Conversation.Write(frame, welcome);
            frame.Send(stream);
            return true;
        });
    }

    public Push Compute(in Assignment work, in Pass pass, LearnerMemory memory)
    {
        Conversation.Write(frame, work, pass, memory.Samples, memory.Parameters);
        return Talk(() =>
        {
            frame.Send(stream);
            if (!frame.Receive(stream))
                throw new EndOfStreamException("its connection closed");
            return Conversation.ReadPush(frame, learner, memory.Samples.Count, memory.Gradient);
        });
    }

    public void Take(in Ack ack)
    {
        if (ack.Outcome == PushOutcome.OldEpoch)
            Epoch = null;
        Conversation.Write(frame, ack);
        Talk(() =>
        {
            frame.Send(stream);
            return true;
        });
    }

    public void Abandon() => client.Close();

    public void Dispose()
    {
        client.Dispose();
        process.Dispose();
    }

    /// <summary>Whoever else connects is turned away.</summary>
    private TcpClient Accept(TcpListener listener, string token, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartPatience);
        while (true)
        {
            var coming = listener.AcceptTcpClientAsync(patience.Token).AsTask();
            if (Task.WhenAny(coming, process.Ended).GetAwaiter().GetResult() != coming)
            {
                patience.Cancel();
                throw new EndOfStreamException("it ended before it came");
            }

            var caller = coming.GetAwaiter().GetResult();
            caller.NoDelay = true;
            try
            {
                var hello = new Frame();
                caller.ReceiveTimeout = (int)StartPatience.TotalMilliseconds;
                if (hello.Receive(caller.GetStream()) && IsFrom(hello, token))
                {
                    caller.ReceiveTimeout = 0;
                    return caller;
                }
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                // A stranger; the learner may still come.
            }

            caller.Dispose();
        }
    }

    private static bool IsFrom(Frame hello, string token)
    {
        hello.Require(FrameKind.Hello).Take<int>();
        return CryptographicOperations.FixedTimeEquals(hello.Rest(), Encoding.ASCII.GetBytes(token));
    }

    private T Talk<T>(Func<T> exchange)
    {
        try
        {
            return exchange();
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw Lost(exception);
        }
    }

    private SeatLostException Lost(Exception exception) => new($"process of learner {learner}: {exception.Message}", exception);

    private static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or InvalidDataException or ObjectDisposedException or InvalidOperationException
            or OperationCanceledException;
}
