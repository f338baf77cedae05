using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Pool;

/// <summary>
/// A pool's places for workers, shared out among those who want one at once: first to the tenant that holds the least for its weight, and
/// within it to the experiment that holds the least; of equals, to the one that has had the least running time for its weight so far
/// (start-time fair queueing: Goyal, Vin and Cheng, 1996). So nobody starves, and shares follow weights.
/// </summary>
/// <param name="places">How many.</param>
/// <param name="time">Measures how long a place is held.</param>
internal sealed class WorkerPlaces(int places, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly LinkedList<Ticket> waiting = [];
    private readonly Sharers tenants = new();
    private readonly Sharers experiments = new();
    private int free = places;

    /// <summary>How many wait for a place.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <param name="experiment">Who wants it.</param>
    /// <param name="share">On whose behalf; null for nobody in particular.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Gives it back when it is disposed.</returns>
    public async Task<IDisposable> TakeAsync(string experiment, PoolShare? share, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var ticket = new Ticket(this, experiment, share ?? new PoolShare("", 1));
        lock (gate)
        {
            tenants.Join(ticket.Share.Tenant);
            experiments.Join(experiment);
            waiting.AddLast(ticket);
            Serve();
        }

        await using var giving = cancellation.Register(() => GiveUp(ticket, cancellation));
        return await ticket.Served.Task;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var ticket in waiting)
                ticket.Served.TrySetCanceled(CancellationToken.None);
            waiting.Clear();
        }
    }

    private void Serve()
    {
        while (free > 0 && waiting.Count > 0)
        {
            var next = waiting
                .OrderBy(ticket => tenants.Held(ticket.Share.Tenant) / ticket.Share.Weight)
                .ThenBy(ticket => tenants.Had(ticket.Share.Tenant))
                .ThenBy(ticket => experiments.Held(ticket.Experiment))
                .ThenBy(ticket => experiments.Had(ticket.Experiment))
                .First();
            waiting.Remove(next);
            free--;
            tenants.Take(next.Share.Tenant);
            experiments.Take(next.Experiment);
            next.Since = time.GetTimestamp();
            next.Served.TrySetResult(next);
        }
    }

    private void GiveUp(Ticket ticket, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (waiting.Remove(ticket))
                ticket.Served.TrySetCanceled(cancellation);
        }
    }

    private void Return(Ticket ticket)
    {
        lock (gate)
        {
            var held = time.GetElapsedTime(ticket.Since).TotalSeconds;
            tenants.Return(ticket.Share.Tenant, held / ticket.Share.Weight);
            experiments.Return(ticket.Experiment, held);
            free++;
            Serve();
        }
    }

    /// <summary>Who waits for a place, or holds one.</summary>
    private sealed class Ticket(WorkerPlaces places, string experiment, PoolShare share) : IDisposable
    {
        private bool isReturned;

        public string Experiment => experiment;

        public PoolShare Share => share;

        public long Since { get; set; }

        /// <summary>Never completes what waits for it on the thread that holds the lock.</summary>
        public TaskCompletionSource<IDisposable> Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (isReturned)
                return;
            isReturned = true;
            places.Return(this);
        }
    }

    /// <summary>What each of those who share holds, and has had.</summary>
    private sealed class Sharers
    {
        private readonly Dictionary<string, (int Held, double Had)> sharers = [];

        public int Held(string name) => sharers[name].Held;

        public double Had(string name) => sharers[name].Had;

        /// <summary>Who comes has had as much as the one that has had least, and no claim to what others had before.</summary>
        public void Join(string name)
        {
            if (!sharers.ContainsKey(name))
                sharers[name] = (0, sharers.Values.Select(other => other.Had).DefaultIfEmpty().Min());
        }

        public void Take(string name) => sharers[name] = (sharers[name].Held + 1, sharers[name].Had);

        public void Return(string name, double had) => sharers[name] = (sharers[name].Held - 1, sharers[name].Had + had);
    }
}
