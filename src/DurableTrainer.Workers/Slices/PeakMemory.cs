using System.Diagnostics;

namespace DurableTrainer.Workers.Slices;

/// <summary>The largest resident memory of this process.</summary>
internal static class PeakMemory
{
    private const string Forget = "/proc/self/clear_refs";

    public static long Bytes
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }

    /// <summary>
    /// Forgets the peak, so that a trial does not answer for the one before it on the same worker. Only Linux can; elsewhere the peak is
    /// that of the whole life of the process.
    /// </summary>
    /// <param name="collect">Whether to give back first what earlier work left behind: needed where the peak is held against a limit.</param>
    public static void StartOver(bool collect)
    {
        if (collect)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            // proc(5): 5 resets the peak resident set size to the current one.
            File.WriteAllText(Forget, "5");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some containers do not allow it.
        }
    }
}
