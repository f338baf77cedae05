using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>Events that nobody waits for yet, and waiters that no event came for yet; per name, first in, first out.</summary>
internal sealed class EventBuffer
{
    private readonly Dictionary<string, Queue<EventRaised>> untaken = [];
    private readonly Dictionary<string, LinkedList<Waiter>> waiters = [];

    public bool HasWaiters => waiters.Count > 0;

    public IReadOnlyList<EventRaised> Untaken => [.. untaken.Values.SelectMany(queue => queue)];

    public Task<string?> Take(string name, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<string?>(cancellation);
        if (untaken.TryGetValue(name, out var queue) && queue.TryDequeue(out var first))
            return Task.FromResult(first.Payload);
        var waiter = new Waiter();
        if (!waiters.TryGetValue(name, out var line))
            waiters.Add(name, line = []);
        var place = line.AddLast(waiter);
        waiter.Registration = cancellation.Register(() =>
        {
            if (place.List is null)
                return;
            Leave(name, place);
            waiter.Completion.SetCanceled(cancellation);
        });
        return waiter.Completion.Task;
    }

    /// <param name="raised">The event.</param>
    /// <param name="keep">Keep it even when somebody waits.</param>
    public void Receive(EventRaised raised, bool keep)
    {
        if (!keep && waiters.TryGetValue(raised.Name, out var line))
        {
            var first = line.First!;
            Leave(raised.Name, first);
            first.Value.Registration.Dispose();
            first.Value.Completion.SetResult(raised.Payload);
            return;
        }
        if (!untaken.TryGetValue(raised.Name, out var queue))
            untaken.Add(raised.Name, queue = []);
        queue.Enqueue(raised);
    }

    private void Leave(string name, LinkedListNode<Waiter> place)
    {
        var line = waiters[name];
        line.Remove(place);
        if (line.Count == 0)
            waiters.Remove(name);
    }

    private sealed class Waiter
    {
        public TaskCompletionSource<string?> Completion { get; } = new();

        public CancellationTokenRegistration Registration { get; set; }
    }
}
