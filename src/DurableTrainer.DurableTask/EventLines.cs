using System.Text.Json;

namespace DurableTrainer.DurableTask;

/// <summary>
/// Events in the order of their arrival for waiters in the order of their asking. Durable Task serves the latest waiter first and drops an
/// event whose waiter has given up, so that here one waiter of its kind at most stands for all those of a name.
/// </summary>
/// <param name="receive">Waits for the next event of a name.</param>
internal sealed class EventLines(Func<string, Task<JsonElement?>> receive)
{
    private readonly Dictionary<string, Line> lines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Events that arrived and were not taken, oldest first for each name.</summary>
    public IEnumerable<(string Name, JsonElement? Payload)> Untaken =>
        lines.SelectMany(line => line.Value.Arrived.Select(payload => (line.Key, payload)));

    public Task<JsonElement?> Take(string name, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<JsonElement?>(cancellation);
        if (!lines.TryGetValue(name, out var line))
            lines.Add(name, line = new());
        if (line.Arrived.TryDequeue(out var arrived))
            return Task.FromResult(arrived);
        // Continuations run at once, inside the turn, in the order of the events.
        var waiter = new TaskCompletionSource<JsonElement?>();
        cancellation.Register(() => waiter.TrySetCanceled(cancellation));
        line.Waiters.Enqueue(waiter);
        if (!line.IsReceiving)
            _ = ReceiveAsync(name, line);
        return waiter.Task;
    }

    private async Task ReceiveAsync(string name, Line line)
    {
        line.IsReceiving = true;
        while (line.Waiters.Any(waiter => !waiter.Task.IsCompleted))
            Deliver(line, await receive(name));
        line.IsReceiving = false;
    }

    private static void Deliver(Line line, JsonElement? payload)
    {
        while (line.Waiters.TryDequeue(out var waiter))
        {
            if (waiter.TrySetResult(payload))
                return;
        }
        line.Arrived.Enqueue(payload);
    }

    private sealed class Line
    {
        public Queue<JsonElement?> Arrived { get; } = [];

        public Queue<TaskCompletionSource<JsonElement?>> Waiters { get; } = [];

        public bool IsReceiving { get; set; }
    }
}
