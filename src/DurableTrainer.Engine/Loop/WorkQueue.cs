namespace DurableTrainer.Engine.Loop;

/// <summary>What other threads ask the engine's loop to do, in the order in which they asked.</summary>
internal sealed class WorkQueue
{
    private readonly object gate = new();
    private List<Work> waiting = [];
    private bool closed;

    /// <returns>False when the loop has ended and will not do it.</returns>
    public bool TryPost(Work work)
    {
        lock (gate)
        {
            if (closed)
                return false;
            waiting.Add(work);
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Swaps the waiting work for an empty list.</summary>
    /// <param name="empty">An empty list to fill from now on.</param>
    /// <param name="wait">Whether to wait when there is none.</param>
    public List<Work> Take(List<Work> empty, bool wait)
    {
        lock (gate)
        {
            while (wait && waiting.Count == 0)
                Monitor.Wait(gate);
            (waiting, var taken) = (empty, waiting);
            return taken;
        }
    }

    /// <summary>Takes no more work.</summary>
    /// <returns>What was left undone.</returns>
    public List<Work> Close()
    {
        lock (gate)
        {
            closed = true;
            return waiting;
        }
    }
}

/// <param name="Run">What to do in the loop.</param>
/// <param name="Refuse">What to do instead when the engine stops before; null when nobody waits.</param>
internal readonly record struct Work(Action Run, Action<Exception>? Refuse = null);
