using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Pool;

/// <summary>
/// Holds a worker to the limits of the trial that it runs, from outside: also where the worker itself no longer can. A worker that is past a
/// limit is asked to stop, and killed when it has not within a moment.
/// </summary>
internal sealed class LimitGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Together with the interval, a trial is stopped within a second of growing past its limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <summary>What the trial before left in the worker's memory is given back within this.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private readonly LimitsSpec limits;
    private readonly Usage before;
    private readonly WorkerMeter meter;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource kill;
    private readonly Func<Task> stop;
    private readonly long startTimestamp;
    private readonly TimeSpan startCpu;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private long peakMemory;
    private TimeSpan cpu;
    private long? exceededAt;
    private string? exceeded;

    private LimitGuard(SliceRequest request, LimitsSpec limits, WorkerMeter meter, TimeProvider time, Func<Task> stop, CancellationToken outer)
    {
        (this.limits, this.meter, this.time, this.stop) = (limits, meter, time, stop);
        before = request.Used;
        Epoch = request.FromEpoch + 1;
        kill = CancellationTokenSource.CreateLinkedTokenSource(outer);
        startTimestamp = time.GetTimestamp();
        startCpu = meter.Read()?.CpuTime ?? TimeSpan.Zero;
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <param name="request">The slice that runs.</param>
    /// <param name="processId">The worker's process.</param>
    /// <param name="time">Measures the running time.</param>
    /// <param name="stop">Asks the worker to stop.</param>
    /// <param name="outer">Ends the wait for the worker too.</param>
    /// <returns>Null where there is no limit to hold, or no process any more.</returns>
    public static LimitGuard? Of(SliceRequest request, int processId, TimeProvider time, Func<Task> stop, CancellationToken outer) =>
        request.Limits is { } limits && TrialLimits.HasAny(limits) && WorkerMeter.Of(processId) is { } meter
            ? new LimitGuard(request, limits, meter, time, stop, outer)
            : null;

    /// <summary>The epoch that runs.</summary>
    public int Epoch { get; set; }

    /// <summary>Cancelled when the worker is to be waited for no longer.</summary>
    public CancellationToken Kill => kill.Token;

    /// <summary>The first limit that was exceeded, as a sentence; null when none was.</summary>
    public string? Exceeded
    {
        get
        {
            lock (gate)
                return exceeded;
        }
    }

    /// <summary>What the slice has used, as it was seen last.</summary>
    public Usage Used
    {
        get
        {
            lock (gate)
                return new Usage(time.GetElapsedTime(startTimestamp), cpu, peakMemory, 0);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            meter.Dispose();
            kill.Dispose();
        }
    }

    private void Look()
    {
        lock (gate)
        {
            if (exceededAt is { } since)
            {
                if (time.GetElapsedTime(since) >= Patience)
                    CancelWait();
                return;
            }

            if (meter.Read() is not { } now)
                return;
            var elapsed = time.GetElapsedTime(startTimestamp);
            cpu = now.CpuTime - startCpu;
            if (elapsed >= Grace)
                peakMemory = Math.Max(peakMemory, now.MemoryBytes);
            var used = new Usage(before.WallClock + elapsed, before.CpuTime + cpu, peakMemory, 0);
            exceeded = TrialLimits.WhyExceeded(limits, used, Epoch);
            if (exceeded is null)
                return;
            exceededAt = time.GetTimestamp();
        }

        _ = stop();
    }

    private void CancelWait()
    {
        try
        {
            kill.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The slice ended in this very moment.
        }
    }
}
