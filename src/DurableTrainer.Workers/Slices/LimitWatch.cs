namespace DurableTrainer.Workers.Slices;

/// <summary>Holds a trial to its limits while an epoch runs: an epoch that takes long, or takes much, is not waited for.</summary>
internal sealed class LimitWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TrialLimits limits;
    private readonly CancellationTokenSource stop;
    private readonly ITimer? timer;
    private volatile string? exceeded;
    private volatile int epoch;

    /// <param name="limits">What it may use.</param>
    /// <param name="time">Ticks.</param>
    /// <param name="outer">Stops the epoch too.</param>
    public LimitWatch(TrialLimits limits, TimeProvider time, CancellationToken outer)
    {
        this.limits = limits;
        stop = CancellationTokenSource.CreateLinkedTokenSource(outer);
        if (limits.AreAny)
            timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Cancelled once a limit is exceeded.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>The first limit that was exceeded while an epoch ran, as a sentence; null when none was.</summary>
    public string? Exceeded => exceeded;

    /// <summary>The epoch that runs.</summary>
    public int Epoch
    {
        set => epoch = value;
    }

    public void Dispose()
    {
        timer?.Dispose();
        stop.Dispose();
    }

    private void Look()
    {
        if (exceeded is not null || limits.WhyExceeded(epoch) is not { } why)
            return;
        exceeded = why;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The slice ended in this very moment.
        }
    }
}
