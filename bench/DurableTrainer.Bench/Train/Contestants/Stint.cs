using System.Diagnostics;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>What one contestant did in one turn.</summary>
/// <param name="Steps">How often it did what it does.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="PeakMemoryBytes">Most memory that its process ever had resident.</param>
internal sealed record Stint(int Steps, double Seconds, long PeakMemoryBytes)
{
    public double PerSecond => Steps / Seconds;

    public static long PeakMemory()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
