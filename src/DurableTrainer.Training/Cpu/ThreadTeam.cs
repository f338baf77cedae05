using System.Runtime.ExceptionServices;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// A fixed number of threads that share out numbered jobs. Which thread does which job is open, so jobs of one call write to
/// different places; then what they compute does not depend on the number of threads.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly SemaphoreSlim start = new(0);
    private readonly CountdownEvent finished = new(1);
    private readonly Thread[] others;
    private Action<int, int>? work;
    private int jobs;
    private int next;
    private volatile bool stopped;
    private ExceptionDispatchInfo? failure;

    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Threads = threads;
        others = new Thread[threads - 1];
        for (var i = 0; i < others.Length; i++)
        {
            var worker = i + 1;
            others[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"processor {worker}" };
            others[i].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Runs job(number, worker) for numbers below <paramref name="count"/>, with workers below <see cref="Threads"/>.</summary>
    public void Run(int count, Action<int, int> job)
    {
        if (others.Length == 0 || count <= 1)
        {
            for (var number = 0; number < count; number++)
                job(number, 0);
            return;
        }

        var helpers = Math.Min(others.Length, count - 1);
        (work, jobs, next) = (job, count, 0);
        finished.Reset(helpers);
        start.Release(helpers);
        TakeJobs(0);
        finished.Wait();
        if (Interlocked.Exchange(ref failure, null) is { } thrown)
            thrown.Throw();
    }

    public void Dispose()
    {
        stopped = true;
        if (others.Length > 0)
            start.Release(others.Length);
        foreach (var thread in others)
            thread.Join();
        start.Dispose();
        finished.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            start.Wait();
            if (stopped)
                return;
            TakeJobs(worker);
            finished.Signal();
        }
    }

    private void TakeJobs(int worker)
    {
        try
        {
            int number;
            while ((number = Interlocked.Increment(ref next) - 1) < jobs)
                work!(number, worker);
        }
#pragma warning disable CA1031 // A thread's edge: the caller of Run gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
