namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>
/// How far the units are with a batch: when each instruction began and ended, by which they wait for each other. A unit writes of its own
/// instructions and reads of all.
/// </summary>
internal sealed class Progress : IDisposable
{
    private const int Nothing = -1;

    private readonly InstructionPlan plan;
    private readonly long[] started, finished;
    private readonly int[] places, awaited;
    private readonly SemaphoreSlim[] wake;
    private volatile bool isBroken;

    public Progress(InstructionPlan plan)
    {
        this.plan = plan;
        (started, finished) = (new long[plan.Instructions.Count], new long[plan.Instructions.Count]);
        places = new int[plan.Instructions.Count];
        awaited = [.. plan.ByUnit.Select(_ => Nothing)];
        wake = [.. plan.ByUnit.Select(_ => new SemaphoreSlim(0))];
    }

    /// <summary>When it began, as a timestamp; 0 before.</summary>
    public long StartOf(int instruction) => Volatile.Read(ref started[instruction]);

    /// <summary>When it was done, as a timestamp; 0 before.</summary>
    public long EndOf(int instruction) => Volatile.Read(ref finished[instruction]);

    /// <summary>Where it was done; only once it was.</summary>
    public int PlaceOf(int instruction) => places[instruction];

    /// <summary>Forgets the batch before. No unit is at work.</summary>
    public void Clear()
    {
        isBroken = false;
        Array.Clear(started);
        Array.Clear(finished);
    }

    public void Start(int instruction, long timestamp) => Volatile.Write(ref started[instruction], timestamp);

    /// <summary>Lets the unit go on that waits for it.</summary>
    public void Finish(int instruction, long timestamp, int place = 0)
    {
        places[instruction] = place;
        // The full fence of the exchange below keeps this write before the look at who waits.
        Interlocked.Exchange(ref finished[instruction], timestamp);
        if (plan.WaitingUnit[instruction] is { } unit && Interlocked.CompareExchange(ref awaited[unit], Nothing, instruction) == instruction)
            wake[unit].Release();
    }

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsReady(int instruction) => plan.Needs[instruction] is not { } needed || EndOf(needed) != 0;

    /// <summary>Waits until what an instruction needs is done.</summary>
    /// <exception cref="PipelineBrokenException">Another unit failed, and it will not be.</exception>
    public void Await(int unit, int instruction)
    {
        if (plan.Needs[instruction] is { } needed && EndOf(needed) == 0)
        {
            Interlocked.Exchange(ref awaited[unit], needed);
            // Who finished before it could see this wakes nobody; otherwise the wake-up is on the way.
            if ((EndOf(needed) == 0 && !isBroken) || Interlocked.CompareExchange(ref awaited[unit], Nothing, needed) != needed)
                wake[unit].Wait();
        }

        if (isBroken)
            throw new PipelineBrokenException();
    }

    /// <summary>Lets nobody wait any more: a unit failed.</summary>
    public void Break()
    {
        isBroken = true;
        for (var unit = 0; unit < awaited.Length; unit++)
        {
            if (Interlocked.Exchange(ref awaited[unit], Nothing) != Nothing)
                wake[unit].Release();
        }
    }

    public void Dispose()
    {
        foreach (var semaphore in wake)
            semaphore.Dispose();
    }
}

/// <summary>Another unit of the pipeline failed; that one says why.</summary>
internal sealed class PipelineBrokenException() : Exception("Another unit of the pipeline failed.");
