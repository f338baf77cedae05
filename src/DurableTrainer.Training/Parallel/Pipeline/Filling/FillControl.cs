using System.Globalization;
using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// Watches what filling costs the trial that is filled: some batches are left without it, and those with it are compared with them. When it costs
/// more than it may, gaps are left earlier; when it costs far more all the same, filling ends.
/// </summary>
/// <param name="mostSlowdown">The share of its step time that filling may cost.</param>
internal sealed class FillControl(double mostSlowdown)
{
    /// <summary>Batches by which a median is taken.</summary>
    public const int Window = 20;

    /// <summary>Batches without filling to begin with, and again when what a batch takes has changed.</summary>
    public const int Profile = 10;

    /// <summary>Of so many batches, one goes without filling.</summary>
    public const int Period = 32;

    /// <summary>So many times what filling may cost ends it.</summary>
    public const double FarTooMuch = 2.5;

    /// <summary>A change of what a batch takes by which all is measured anew.</summary>
    public const double Drift = 0.15;

    private static readonly TimeSpan ShortestGuard = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan LongestGuard = TimeSpan.FromMilliseconds(20);

    private readonly RecentTimes without = new(Window), with = new(Window);
    private int profiled, batches, seen;

    /// <summary>What is kept free at the end of each gap.</summary>
    public TimeSpan Guard { get; private set; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Why nothing is filled any more; null as long as it is.</summary>
    public string? Suspended { get; private set; }

    /// <summary>By how much batches with filling take longer, as a share; null before it is known.</summary>
    public double? Slowdown => profiled >= Profile && with.IsFull ? with.Median / without.Median - 1 : null;

    /// <summary>Begins with somebody new to fill.</summary>
    public void Begin()
    {
        with.Clear();
        (Suspended, seen) = (null, 0);
    }

    /// <summary>Whether the next batch's gaps are filled.</summary>
    public bool OpensNext() => Suspended is null && profiled >= Profile && ++batches % Period != 0;

    /// <summary>Takes note of a batch.</summary>
    /// <param name="seconds">From its begin to its end.</param>
    /// <param name="isFilled">Whether somebody used its gaps.</param>
    public void Observe(double seconds, bool isFilled)
    {
        if (!isFilled)
        {
            ObserveAlone(seconds);
            return;
        }

        with.Add(seconds);
        // Once in a window, so that each look is at batches since the guard was changed.
        if (++seen < Window || Slowdown is not { } slowdown)
            return;
        seen = 0;
        if (slowdown > FarTooMuch * mostSlowdown && Guard >= LongestGuard / 4)
        {
            Suspended = string.Create(
                CultureInfo.InvariantCulture,
                $"steps took {100 * slowdown:0.#}% longer over {Window} steps, with gaps left {Guard.TotalMilliseconds:0.0#} ms early");
        }
        else if (slowdown > mostSlowdown)
        {
            Guard = Within(Guard * 2);
        }
        else if (slowdown < mostSlowdown / 2)
        {
            Guard = Within(Guard * 0.9);
        }
    }

    private void ObserveAlone(double seconds)
    {
        if (profiled >= Profile && Math.Abs(seconds / without.Median - 1) > Drift && Math.Abs(without.MedianOfLast(3) / without.Median - 1) > Drift)
        {
            without.Clear();
            with.Clear();
            profiled = 0;
        }

        without.Add(seconds);
        profiled++;
    }

    private static TimeSpan Within(TimeSpan guard) => guard < ShortestGuard ? ShortestGuard : guard > LongestGuard ? LongestGuard : guard;
}
