using System.Globalization;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// Watches what filling costs the trial that is filled: one batch in a period is left without it, and those before are held against it, so that
/// what changes on the machine touches both. When filling costs more than it may, gaps are left earlier; when it costs far more all the same, it
/// ends.
/// </summary>
/// <param name="mostSlowdown">The share of its step time that filling may cost.</param>
internal sealed class FillControl(double mostSlowdown)
{
    /// <summary>Batches without filling to begin with, by which it is known what they take.</summary>
    public const int Profile = 10;

    /// <summary>Of so many batches, one goes without filling.</summary>
    public const int Period = 20;

    /// <summary>Periods by which it is judged.</summary>
    public const int Window = 10;

    /// <summary>So many of them must cost far too much for filling to end: a machine that others use has periods of every kind.</summary>
    private const int Enough = 9;

    /// <summary>So many times what filling may cost is far too much.</summary>
    private const double FarTooMuch = 2.5;

    private const double Change = 1.25;

    /// <summary>Of what a batch takes: beyond it, leaving a gap earlier has shown that it does not help.</summary>
    private const double LongestGuard = 0.03;

    /// <summary>As long as nothing is known of what filling costs.</summary>
    public static readonly TimeSpan FirstGuard = TimeSpan.FromMicroseconds(100);

    private static readonly TimeSpan ShortestGuard = TimeSpan.FromMicroseconds(50);

    private readonly RecentTimes ratios = new(Window);
    private readonly List<double> filled = [];
    private int seen, periods, batches, tooMuch;

    /// <summary>What is kept free at the end of each gap.</summary>
    public TimeSpan Guard { get; private set; } = FirstGuard;

    /// <summary>Why nothing is filled any more; null as long as it is.</summary>
    public string? Suspended { get; private set; }

    /// <summary>By how much batches with filling take longer, as a share; null before it is known.</summary>
    public double? Slowdown => periods == 0 ? null : ratios.Median - 1;

    /// <summary>Begins with somebody new to fill.</summary>
    public void Begin()
    {
        ratios.Clear();
        filled.Clear();
        (Suspended, periods, tooMuch) = (null, 0, 0);
    }

    /// <summary>Ends filling, until somebody new comes.</summary>
    public void Suspend(string reason) => Suspended = reason;

    /// <summary>Whether the next batch's gaps are filled.</summary>
    public bool OpensNext() => Suspended is null && seen >= Profile && ++batches % Period != 0;

    /// <summary>Takes note of a batch.</summary>
    /// <param name="seconds">From its begin to its end.</param>
    /// <param name="isFilled">Whether somebody used its gaps.</param>
    public void Observe(double seconds, bool isFilled)
    {
        seen++;
        if (isFilled)
        {
            filled.Add(seconds);
            return;
        }

        if (filled.Count >= Period / 2)
            Judge(Median(filled) / seconds, TimeSpan.FromSeconds(LongestGuard * seconds));
        filled.Clear();
    }

    private void Judge(double ratio, TimeSpan longest)
    {
        ratios.Add(ratio);
        periods++;
        tooMuch = ratio > 1 + FarTooMuch * mostSlowdown ? tooMuch + 1 : 0;
        var slowdown = ratios.Median - 1;
        if (tooMuch >= Enough)
        {
            Suspended = string.Create(
                CultureInfo.InvariantCulture,
                $"steps took {100 * slowdown:0.#}% longer in {tooMuch} periods in a row, with gaps left {Guard.TotalMilliseconds:0.0#} ms early");
        }
        else if (slowdown > mostSlowdown)
        {
            Guard = Within(Guard * Change, longest);
        }
        else if (slowdown < mostSlowdown / 2)
        {
            Guard = Within(Guard / Change, longest);
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static TimeSpan Within(TimeSpan guard, TimeSpan longest) => guard > longest ? longest : guard < ShortestGuard ? ShortestGuard : guard;
}
