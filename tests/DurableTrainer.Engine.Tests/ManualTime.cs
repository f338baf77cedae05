namespace DurableTrainer.Engine.Tests;

/// <summary>A clock that moves only when told to, and then fires every timer on the way, in order.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly object gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for just so long: who is about to would wait for as long after the clock was moved.</summary>
    public async Task UntilAwaitedAsync(TimeSpan delay)
    {
        while (true)
        {
            lock (gate)
            {
                if (timers.Exists(timer => timer.Due == now + delay))
                    return;
            }

            await Task.Yield();
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due)];
            timers.RemoveAll(due.Contains);
        }
        due.ForEach(timer => timer.Fire());
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool already;
            lock (time.gate)
            {
                time.timers.Remove(this);
                already = dueTime == TimeSpan.Zero;
                if (dueTime > TimeSpan.Zero)
                {
                    Due = time.now + dueTime;
                    time.timers.Add(this);
                }
            }
            if (already)
                fire();
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
