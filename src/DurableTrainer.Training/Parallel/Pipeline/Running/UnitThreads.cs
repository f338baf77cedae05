using System.Runtime.ExceptionServices;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>A thread for each unit. What they do is asked for and awaited by one other thread.</summary>
internal sealed class UnitThreads : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim[] start;
    private readonly CountdownEvent atWork;
    private readonly Thread[] threads;
    private Action<int>? work;
    private ExceptionDispatchInfo? failure;

    /// <param name="units">How many.</param>
    /// <param name="yield">Whether they leave their processors to whoever else wants them.</param>
    public UnitThreads(int units, bool yield)
    {
        Yield = yield;
        start = [.. Enumerable.Range(0, units).Select(_ => new SemaphoreSlim(0))];
        atWork = new CountdownEvent(units);
        threads = [.. Enumerable.Range(0, units).Select(unit => new Thread(() => Serve(unit)) { IsBackground = true, Name = $"pipeline unit {unit}" })];
        foreach (var thread in threads)
            thread.Start();
    }

    public bool Yield { get; }

    /// <summary>Has every unit do something, and waits until all of them are done.</summary>
    /// <param name="each">Gets the unit's number.</param>
    public void Run(Action<int> each)
    {
        (work, failure) = (each, null);
        atWork.Reset();
        foreach (var semaphore in start)
            semaphore.Release();
        atWork.Wait();
        failure?.Throw();
    }

    public void Dispose()
    {
        work = null;
        foreach (var semaphore in start)
            semaphore.Release();
        foreach (var thread in threads)
            thread.Join();
        foreach (var semaphore in start)
            semaphore.Dispose();
        atWork.Dispose();
    }

    private void Serve(int unit)
    {
        if (Yield)
            IdlePriority.TryTake();
        while (true)
        {
            start[unit].Wait();
            if (work is not { } wanted)
                return;
            try
            {
                wanted(unit);
            }
#pragma warning disable CA1031 // A thread's edge: who asked for the work gets it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Take(exception);
            }

            atWork.Signal();
        }
    }

    /// <summary>Of several failures the one that is not for another's sake.</summary>
    private void Take(Exception exception)
    {
        lock (gate)
        {
            if (failure is null or { SourceException: PipelineBrokenException })
                failure = ExceptionDispatchInfo.Capture(exception);
        }
    }
}
