using System.Runtime.ExceptionServices;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>
/// Learners that a thread of this process each stands for, whether they compute on it or in a process of their own. As many compute at a
/// time as the session has threads.
/// </summary>
internal sealed class ThreadCrew : ILearnerCrew
{
    /// <summary>A seat that is lost so many times in a row, before anything of it was applied, stays empty.</summary>
    private const int MostLosses = 3;

    private readonly object gate = new();
    private readonly TimeProvider time;
    private readonly long start;
    private readonly Thread[] running;
    private readonly ILearnerSeat?[] seats;
    private readonly Func<int, CancellationToken, ILearnerSeat> open;
    private readonly Func<LearnerMemory> room;
    private readonly CancellationTokenSource stopping = new();
    private ParameterServer? server;
    private ExceptionDispatchInfo? failure;
    private int threads;
    private int computing;

    /// <param name="spec">How many learners there are.</param>
    /// <param name="threads">How many of them compute at a time.</param>
    /// <param name="open">Makes the seat of a learner, on the thread that stands for it; cancelled when nobody waits for it any more.</param>
    /// <param name="room">Makes room for what it works in.</param>
    /// <param name="time">When leases run out.</param>
    public ThreadCrew(
        AsyncParallelSpec spec, int threads, Func<int, CancellationToken, ILearnerSeat> open, Func<LearnerMemory> room, TimeProvider time)
    {
        (this.threads, this.open, this.room, this.time) = (threads, open, room, time);
        start = time.GetTimestamp();
        running = new Thread[spec.Learners];
        seats = new ILearnerSeat?[spec.Learners];
        for (var index = 0; index < running.Length; index++)
        {
            var learner = index;
            running[learner] = new Thread(() => Serve(learner)) { IsBackground = true, Name = $"learner {learner}" };
            running[learner].Start();
        }
    }

    private TimeSpan Now => time.GetElapsedTime(start);

    public void RunEpoch(ParameterServer server, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(Wake);
        lock (gate)
        {
            this.server = server;
            Monitor.PulseAll(gate);
            while (!server.IsEpochDone && !cancellation.IsCancellationRequested && failure is null
                && server.Ledger.Quarantined.Count < running.Length)
            {
                Monitor.Wait(gate, Patience(server));
                foreach (var late in server.Expire(Now))
                    seats[late]?.Abandon();
            }

            this.server = null;
        }

        failure?.Throw();
    }

    public void UseThreads(int threads)
    {
        lock (gate)
        {
            this.threads = threads;
            Monitor.PulseAll(gate);
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        lock (gate)
        {
            foreach (var seat in seats)
                seat?.Abandon();
            Monitor.PulseAll(gate);
        }

        foreach (var thread in running)
            thread.Join();
        stopping.Dispose();
    }

    private void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Until the next lease runs out.</summary>
    private TimeSpan Patience(ParameterServer server)
    {
        if (server.Ledger.NextDeadline is not { } deadline)
            return Timeout.InfiniteTimeSpan;
        return TimeSpan.FromMilliseconds(Math.Clamp((deadline - Now).TotalMilliseconds, 1, int.MaxValue));
    }

    private void Serve(int learner)
    {
        try
        {
            var (memory, losses) = (room(), 0);
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    using var seat = Open(learner);
                    while (Next(learner, seat, memory) is { } turn)
                    {
                        // Outside of the lock: this is what takes time.
                        var push = Compute(seat, turn, memory);
                        if (Bring(turn, push, memory) is not { } ack)
                            continue;
                        seat.Take(ack);
                        losses = ack.Outcome is PushOutcome.Applied or PushOutcome.Gathered ? 0 : losses;
                    }
                }
                catch (SeatLostException lost)
                {
                    Leave(learner);
                    if (++losses == MostLosses)
                        throw new LearnerException($"Learner {learner} was lost {MostLosses} times in a row: {lost.Message}", lost);
                }
            }
        }
#pragma warning disable CA1031 // A thread's edge: who waits for the epoch gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(gate);
            }
        }
    }

    private ILearnerSeat Open(int learner)
    {
        var seat = open(learner, stopping.Token);
        lock (gate)
        {
            seats[learner] = seat;
            if (stopping.IsCancellationRequested)
                seat.Abandon();
        }

        return seat;
    }

    private void Leave(int learner)
    {
        lock (gate)
        {
            seats[learner] = null;
            server?.Leave(learner);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits for a batch and a thread to compute it with.</summary>
    /// <returns>Null when there is nothing more to do.</returns>
    private Turn? Next(int learner, ILearnerSeat seat, LearnerMemory memory)
    {
        lock (gate)
        {
            while (!stopping.IsCancellationRequested)
            {
                if (server is { } current && computing < threads && Take(current, learner, seat, memory) is { } work)
                {
                    computing++;
                    current.Batches.Load(work.Batch, memory.Samples);
                    // Whoever waits for a lease to run out has one more to look at.
                    Monitor.PulseAll(gate);
                    return new Turn(current, current.Batches, work);
                }

                Monitor.Wait(gate);
            }

            return null;
        }
    }

    private Assignment? Take(ParameterServer current, int learner, ILearnerSeat seat, LearnerMemory memory)
    {
        if (seat.Epoch is not { } epoch || !current.Ledger.IsMember(learner, epoch))
        {
            if (current.Join(learner) is not { } welcome)
                return null;
            seat.Begin(welcome);
            Monitor.PulseAll(gate);
        }

        return current.Take(learner, seat.Epoch!.Value, Now, memory.ParametersOf(current));
    }

    private Push Compute(ILearnerSeat seat, Turn turn, LearnerMemory memory)
    {
        try
        {
            return seat.Compute(turn.Work, turn.Batches.PassOf(turn.Work.Batch), memory);
        }
        finally
        {
            lock (gate)
                computing--;
        }
    }

    /// <returns>Null when the epoch was left while this was computed, and has no use for it.</returns>
    private Ack? Bring(Turn turn, in Push push, LearnerMemory memory)
    {
        lock (gate)
        {
            Monitor.PulseAll(gate);
            return server == turn.Server && server.Batches == turn.Batches ? server.Push(push, memory.Gradient, memory.Samples.Targets) : null;
        }
    }

    private sealed record Turn(ParameterServer Server, EpochBatches Batches, Assignment Work);
}
