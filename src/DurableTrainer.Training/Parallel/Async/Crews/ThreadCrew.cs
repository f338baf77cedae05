using System.Runtime.ExceptionServices;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>Learners as threads of this process, of which as many compute at a time as the session has threads.</summary>
internal sealed class ThreadCrew : ILearnerCrew
{
    private readonly object gate = new();
    private readonly TimeProvider time;
    private readonly long start;
    private readonly Thread[] running;
    private readonly Func<GradientProgram> compile;
    private readonly Func<Gradient> room;
    private readonly Func<BatchSamples> samples;
    private ParameterServer? server;
    private ExceptionDispatchInfo? failure;
    private bool stopped;
    private int threads;
    private int computing;

    /// <param name="spec">How many learners there are, and their rules.</param>
    /// <param name="threads">How many of them compute at a time.</param>
    /// <param name="compile">Makes the replica of a learner, on its own thread.</param>
    /// <param name="room">Makes room for a gradient.</param>
    /// <param name="samples">Makes room for a batch.</param>
    /// <param name="time">When leases run out.</param>
    public ThreadCrew(
        AsyncParallelSpec spec, int threads, Func<GradientProgram> compile, Func<Gradient> room, Func<BatchSamples> samples,
        TimeProvider time)
    {
        (this.threads, this.compile, this.room, this.samples, this.time) = (threads, compile, room, samples, time);
        start = time.GetTimestamp();
        running = new Thread[spec.Learners];
        for (var number = 0; number < running.Length; number++)
        {
            var learner = new Learner(number, spec);
            running[number] = new Thread(() => Serve(learner)) { IsBackground = true, Name = $"learner {number}" };
            running[number].Start();
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
                server.Expire(Now);
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
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (var thread in running)
            thread.Join();
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

    private void Serve(Learner learner)
    {
        try
        {
            using var program = compile();
            var work = new LearnerMemory(room(), samples());
            while (Next(learner, work) is { } turn)
            {
                // Outside of the lock: this is what takes time.
                program.Compute(work.Parameters, work.Samples, turn.Batches.PassOf(turn.Work.Batch), work.Gradient);
                Bring(learner, turn, work);
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

    /// <summary>Waits for a batch and a thread to compute it with.</summary>
    /// <returns>Null when there is nothing more to do.</returns>
    private Turn? Next(Learner learner, LearnerMemory memory)
    {
        lock (gate)
        {
            while (!stopped)
            {
                if (server is { } current && computing < threads && Take(current, learner, memory) is { } work)
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

    private Assignment? Take(ParameterServer current, Learner learner, LearnerMemory memory)
    {
        if (learner.Epoch is not { } epoch || !current.Ledger.IsMember(learner.Number, epoch))
        {
            if (current.Join(learner.Number) is not { } welcome)
                return null;
            learner.Begin(welcome);
            Monitor.PulseAll(gate);
        }

        return current.Take(learner.Number, learner.Epoch!.Value, Now, memory.ParametersOf(current));
    }

    private void Bring(Learner learner, Turn turn, LearnerMemory memory)
    {
        var push = learner.PushOf(turn.Work, memory.Gradient.IsFinite);
        lock (gate)
        {
            computing--;
            // An epoch that was left while this was computed has no use for it.
            if (server == turn.Server && server.Batches == turn.Batches)
                learner.Take(server.Push(push, memory.Gradient, memory.Samples.Targets));
            Monitor.PulseAll(gate);
        }
    }

    private sealed record Turn(ParameterServer Server, EpochBatches Batches, Assignment Work);
}
