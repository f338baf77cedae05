using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Activities;

/// <summary>
/// Starts activity attempts, so many at once per name, oldest first. Belongs to the engine's loop; only the activities' own code runs
/// elsewhere, and its outcome is posted back.
/// </summary>
/// <param name="registry">The activities' code.</param>
/// <param name="defaultConcurrency">How many of one name run at once where the registry says nothing.</param>
/// <param name="ended">Called on any thread with what an attempt came to.</param>
internal sealed class ActivityPump(DurableRegistry registry, int defaultConcurrency, Action<AttemptOutcome> ended) : IDisposable
{
    private readonly Dictionary<string, Line> lines = [];
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int running;
    private bool stopped;

    public bool Knows(string activity) => registry.Activities.ContainsKey(activity);

    public void Dispatch(PendingActivity attempt)
    {
        if (attempt.Dispatched || stopped)
            return;
        attempt.Dispatched = true;
        var line = LineOf(attempt.Call.Name);
        line.Waiting.Enqueue(attempt);
        StartNext(line);
    }

    /// <summary>To be called in the loop for every outcome: its place is free again.</summary>
    public void Release(AttemptOutcome outcome)
    {
        var line = LineOf(outcome.Attempt.Call.Name);
        line.Running--;
        running--;
        if (stopped)
            SignalWhenIdle();
        else
            StartNext(line);
    }

    /// <summary>Starts no more, and cancels those that run.</summary>
    /// <returns>Completes when none runs any more.</returns>
    public Task StopAsync()
    {
        stopped = true;
        SignalWhenIdle();
        // Callbacks of a token may block or throw: not in the loop.
        return Task.WhenAll(Task.Run(stop.Cancel), idle.Task);
    }

    public void Dispose() => stop.Dispose();

    private void SignalWhenIdle()
    {
        if (running == 0)
            idle.TrySetResult();
    }

    private Line LineOf(string activity)
    {
        if (!lines.TryGetValue(activity, out var line))
            lines.Add(activity, line = new(registry.Activities[activity].MaxConcurrency ?? defaultConcurrency));
        return line;
    }

    private void StartNext(Line line)
    {
        while (line.Running < line.Places && line.Waiting.TryDequeue(out var attempt))
        {
            // Its instance has ended, or is suspended and will dispatch it again.
            if (!attempt.IsCurrent)
                continue;
            if (attempt.Instance.Suspended)
            {
                attempt.Dispatched = false;
                continue;
            }
            line.Running++;
            running++;
            var token = stop.Token;
            _ = Task.Run(() => RunAsync(attempt, token), CancellationToken.None);
        }
    }

    private async Task RunAsync(PendingActivity attempt, CancellationToken token)
    {
        var call = attempt.Call;
        try
        {
            var output = await registry.Activities[call.Name].Run(new(attempt.Instance.Id, call.Name, call.Attempt), call.Input, token);
            ended(new(attempt, new(call.Call, output, null)));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            ended(new(attempt, null));
        }
        // The edge of the activity: whatever it throws is its outcome.
        catch (Exception exception)
        {
            ended(new(attempt, new(call.Call, null, Failure.From(exception))));
        }
    }

    private sealed class Line(int places)
    {
        public int Places { get; } = places;

        public int Running { get; set; }

        public Queue<PendingActivity> Waiting { get; } = [];
    }
}

/// <param name="Attempt">Which attempt.</param>
/// <param name="Ended">What it came to; null when the engine stopped it, and it is to run again.</param>
internal sealed record AttemptOutcome(PendingActivity Attempt, CallEnded? Ended);
