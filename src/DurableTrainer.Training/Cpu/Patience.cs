using System.Diagnostics;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// How long to look for something that is about to come before going to sleep: briefly without giving up the core, then letting
/// whoever else wants it run in between.
/// </summary>
internal struct Patience
{
    private const int Looks = 200;
    private static readonly long Longest = Stopwatch.Frequency * 500 / 1_000_000;
    private long end;
    private int looked;

    /// <summary>Waits for some nanoseconds; false when it was long enough.</summary>
    public bool Lasts()
    {
        if (looked < Looks)
        {
            looked++;
            Thread.SpinWait(1);
            return true;
        }

        var now = Stopwatch.GetTimestamp();
        if (end == 0)
            end = now + Longest;
        Thread.Yield();
        return now < end;
    }
}
