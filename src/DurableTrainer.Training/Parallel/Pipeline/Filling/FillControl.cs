using System.Globalization;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// Watches what filling costs the trial that is filled: one batch in a period is left without it, and those before are held against it, so that
/// what changes on the machine touches both. When filling costs more than it may, gaps are left earlier; where that does not help, fewer batches are
/// filled, so that all of them together cost no more than they may. When it costs far too much it ends.
/// </summary>
/// <param name="mostSlowdown">The share of its step time that filling may cost.</param>
/// <param name="yields">Whether who fills leaves its processor to others by itself, so that a gap needs not be left early.</param>
internal sealed class FillControl(double mostSlowdown, bool yields)
{
    /// <summary>Batches without filling to begin with, by which it is known what they take.</summary>
    public const int Profile = 10;

    /// <summary>Of so many batches, one at least goes without filling.</summary>
    public const int Period = 20;

    /// <summary>Periods by which it is judged.</summary>
    public const int Window = 10;

    /// <summary>So many of a period are filled at least, as fewer say nothing of what they cost.</summary>
    private const int Fewest = 5;

    /// <summary>So many of them must cost too much for fewer batches to be filled: a machine that others use has periods of every kind.</summary>
    private const int Sure = 8;

    /// <summary>So many in a row must cost far too much for filling to end.</summary>
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

    /// <summary>Batches of a period that are filled.</summary>
    public int Filled { get; private set; } = Period - 1;

    /// <summary>Why nothing is filled any more; null as long as it is.</summary>
    public string? Suspended { get; private set; }

    /// <summary>By how much batches with filling take longer, as a share; null before it is known.</summary>
    public double? Slowdown => periods == 0 ? null : ratios.Median - 1;

    /// <summary>Begins with somebody new to fill.</summary>
    public void Begin()
    {
        ratios.Clear();
        filled.Clear();
        (Suspended, periods, tooMuch, Filled) = (null, 0, 0, Period - 1);
    }

    /// <summary>Ends filling, until somebody new comes.</summary>
    public void Suspend(string reason) => Suspended = reason;

    /// <summary>Whether the next batch's gaps are filled.</summary>
    public bool OpensNext() => Suspended is null && seen >= Profile && batches++ % Period < Filled;

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

        if (filled.Count >= Fewest)
            Judge(Median(filled) / seconds, yields ? TimeSpan.Zero : TimeSpan.FromSeconds(LongestGuard * seconds));
        filled.Clear();
    }

    private void Judge(double ratio, TimeSpan longestGuard)
    {
        ratios.Add(ratio);
        periods++;
        tooMuch = ratio > 1 + FarTooMuch * mostSlowdown ? tooMuch + 1 : 0;
        var slowdown = ratios.Median - 1;
        if (tooMuch >= Enough)
            Suspend(Reason(slowdown));
        else if (slowdown > mostSlowdown && Guard < longestGuard)
            Guard = Within(Guard * Change, longestGuard);
        else if (slowdown > mostSlowdown && ratios.IsFull && ratios.Ranked(Window - Sure) > 1 + mostSlowdown)
            Filled = Math.Max(Fewest, (int)((Period - 1) * mostSlowdown / slowdown));
        else if (slowdown < mostSlowdown)
            Filled = Period - 1;

        if (slowdown < mostSlowdown / 2 && !yields)
            Guard = Within(Guard / Change, longestGuard);
    }

    private string Reason(double slowdown) => string.Create(
        CultureInfo.InvariantCulture,
        $"steps took {100 * slowdown:0.#}% longer in {tooMuch} periods in a row{(yields ? "" : $", with gaps left {Guard.TotalMilliseconds:0.0#} ms early")}");

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static TimeSpan Within(TimeSpan guard, TimeSpan longest) => guard > longest ? longest : guard < ShortestGuard ? ShortestGuard : guard;
}
