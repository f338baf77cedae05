using System.Runtime.ExceptionServices;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// A fixed number of threads that share out numbered jobs. Which thread does which job is open, so jobs of one call write to
/// different places; then what they compute does not depend on the number of threads.
/// </summary>
/// <remarks>
/// Each thread begins with a share of consecutive jobs, the same in every run, so that it finds in its own cache what it wrote in the
/// run before; who is done with its share takes from the ends of the others'. A run is over when its jobs are, whether or not every
/// helper came: one that is kept from running holds nobody up. Helpers look for the next run for half a millisecond before they sleep,
/// since the runs of a step follow each other closely.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    /// <summary>Multiply-adds below which a run takes less time than to hand it out.</summary>
    private const long WorthSharing = 300_000;

    private readonly SemaphoreSlim start = new(0);
    private readonly SemaphoreSlim finished = new(0);
    private readonly Thread[] others;
    private readonly JobShare[] shares;
    private Action<int, int>? work;
    private int unfinished;
    private int sleepers;
    private int callerSleeps;
    private volatile bool stopped;
    private ExceptionDispatchInfo? failure;

    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Threads = threads;
        shares = new JobShare[threads];
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
    /// <param name="count">How many jobs.</param>
    /// <param name="job">What to do.</param>
    /// <param name="workPerJob">
    /// About how many multiply-adds a job is worth (a value that is read or written, some ten): so little work that others could not
    /// help in time is done by the caller.
    /// </param>
    public void Run(int count, Action<int, int> job, long workPerJob = WorthSharing)
    {
        if (others.Length == 0 || count <= 1 || count * workPerJob < WorthSharing)
        {
            for (var number = 0; number < count; number++)
                job(number, 0);
            return;
        }

        (work, unfinished) = (job, count);
        for (var worker = 0; worker < shares.Length; worker++)
            shares[worker].Open((int)((long)count * worker / Threads), (int)((long)count * (worker + 1) / Threads));
        if (Leave(ref sleepers, Math.Min(others.Length, count - 1)) is var woken and > 0)
            start.Release(woken);
        TakeJobs(0);
        AwaitTheOthers();
        if (Interlocked.Exchange(ref failure, null) is { } thrown)
            thrown.Throw();
    }

    public void Dispose()
    {
        if (stopped)
            return;
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
        while (!stopped)
        {
            TakeJobs(worker);
            var patience = new Patience();
            while (!HasOpenJobs && !stopped && patience.Lasts())
            {
            }

            if (!HasOpenJobs && !stopped)
                Sleep();
        }
    }

    private bool HasOpenJobs
    {
        get
        {
            foreach (ref var share in shares.AsSpan())
            {
                if (share.IsOpen)
                    return true;
            }

            return false;
        }
    }

    private void Sleep()
    {
        Interlocked.Increment(ref sleepers);

        // A run that began before it could see this sleeper wakes nobody; if another counted it in meanwhile, its wake-up is on the way.
        if (!HasOpenJobs || Leave(ref sleepers, 1) == 0)
            start.Wait();
    }

    private void TakeJobs(int worker)
    {
        var done = 0;
        for (; shares[worker].TakeFirst() is var number and >= 0; done++)
            Do(number, worker);
        for (var other = (worker + 1) % Threads; other != worker; other = (other + 1) % Threads)
        {
            for (; shares[other].TakeLast() is var number and >= 0; done++)
                Do(number, worker);
        }

        if (done > 0 && Interlocked.Add(ref unfinished, -done) == 0 && worker != 0 && Interlocked.Exchange(ref callerSleeps, 0) == 1)
            finished.Release();
    }

    private void Do(int number, int worker)
    {
        try
        {
            work!(number, worker);
        }
#pragma warning disable CA1031 // A thread's edge: the caller of Run gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private void AwaitTheOthers()
    {
        var patience = new Patience();
        while (Volatile.Read(ref unfinished) != 0)
        {
            if (patience.Lasts())
                continue;
            Interlocked.Exchange(ref callerSleeps, 1);

            // The last to finish takes the mark away when it sees it; then its wake-up is on the way.
            if (Volatile.Read(ref unfinished) != 0 || Interlocked.Exchange(ref callerSleeps, 0) == 0)
                finished.Wait();
        }
    }

    /// <summary>Takes up to so many from a number that others change too, and says how many.</summary>
    private static int Leave(ref int number, int most)
    {
        while (true)
        {
            var seen = Volatile.Read(ref number);
            var taken = Math.Min(seen, most);
            if (taken == 0 || Interlocked.CompareExchange(ref number, seen - taken, seen) == seen)
                return taken;
        }
    }
}
