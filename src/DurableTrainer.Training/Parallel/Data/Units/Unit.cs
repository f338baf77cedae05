using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Data.Replicas;

namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>A thread with a processor of its own and a replica of the model on it. What it does is asked for and awaited by one other thread.</summary>
internal sealed class Unit : IDisposable
{
    private readonly object gate = new();
    private readonly Thread thread;
    private readonly Func<GradientProgram> open;
    private Action<GradientProgram>? wanted;
    private UnitWork done;
    private bool isStopped;

    /// <param name="number">Among the units of the spec, counted from 0.</param>
    /// <param name="replica">Its.</param>
    /// <param name="clock">Tells how long it works.</param>
    /// <param name="open">Makes what computes it, on the unit's thread. It ends with the unit.</param>
    /// <param name="result">What it computes is written into.</param>
    /// <param name="samples">What it computes with.</param>
    public Unit(int number, Replica replica, UnitClock clock, Func<GradientProgram> open, Gradient result, BatchSamples samples)
    {
        (Number, Replica, Clock, this.open, Result, Samples) = (number, replica, clock, open, result, samples);
        thread = new Thread(Serve) { IsBackground = true, Name = $"unit {number}" };
        thread.Start();
    }

    public int Number { get; }

    public Replica Replica { get; }

    public UnitClock Clock { get; }

    public Gradient Result { get; }

    public BatchSamples Samples { get; }

    /// <summary>Has it do something; <see cref="Await"/> comes next.</summary>
    public void Start(Action<GradientProgram> work)
    {
        lock (gate)
        {
            wanted = work;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until it is done with that.</summary>
    public UnitWork Await()
    {
        lock (gate)
        {
            while (wanted is not null)
                Monitor.Wait(gate);
            return done;
        }
    }

    /// <summary>Ends it, once it is done with what it does.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
    }

    private void Serve()
    {
        GradientProgram? program = null;
        while (Next() is { } work)
        {
            var end = TimeSpan.Zero;
            Exception? failure = null;
            try
            {
                program ??= open();
                Clock.Begin();
                work(program);
                end = Clock.Stop();
            }
#pragma warning disable CA1031 // A thread's edge: who waits for the step gets it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            lock (gate)
            {
                (wanted, done) = (null, new UnitWork(Clock.Worked, end, failure));
                Monitor.PulseAll(gate);
            }
        }

        program?.Dispose();
    }

    private Action<GradientProgram>? Next()
    {
        lock (gate)
        {
            while (wanted is null && !isStopped)
                Monitor.Wait(gate);
            return wanted;
        }
    }
}
