using System.Diagnostics;
using System.Globalization;

namespace DurableTrainer.Bench.Measuring;

/// <summary>What all processes of a machine have used of its processors up to a moment, and what some of them have.</summary>
/// <param name="Busy">Time in which the processors worked for anyone, in ticks of the kernel; time that the hypervisor took is in it.</param>
/// <param name="All">All time of all processors, in the same ticks.</param>
/// <param name="Own">Processor time of one's own processes.</param>
internal readonly record struct ProcessorTime(long Busy, long All, TimeSpan Own)
{
    private const string Source = "/proc/stat";

    /// <summary>Linux tells user space of a hundred ticks a second, whatever it counts with inside.</summary>
    private const double TicksPerSecond = 100;

    /// <param name="own">The processes that belong to the measurement, beside this one.</param>
    /// <returns>Null where the system does not tell.</returns>
    public static ProcessorTime? Read(IEnumerable<Process> own)
    {
        if (!File.Exists(Source))
            return null;
        var time = Environment.CpuUsage.TotalTime;
        foreach (var process in own)
        {
            process.Refresh();
            time += process.TotalProcessorTime;
        }

        return Parse(File.ReadLines(Source).First(), time);
    }

    /// <param name="line">The first line of /proc/stat: <c>cpu user nice system idle iowait irq softirq steal …</c></param>
    /// <param name="own">Processor time of one's own processes.</param>
    public static ProcessorTime Parse(string line, TimeSpan own)
    {
        // What comes after these eight, guests, is contained in user and nice.
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        var idle = ticks[3] + ticks[4];
        return new ProcessorTime(ticks.Sum() - idle, ticks.Sum(), own);
    }

    /// <summary>Share of the machine's processors that others took between two readings.</summary>
    public static double OthersBetween(ProcessorTime before, ProcessorTime after)
    {
        var own = (after.Own - before.Own).TotalSeconds * TicksPerSecond;
        // Both clocks tick now and then: a little less than nothing is nothing.
        return Math.Max(0, (after.Busy - before.Busy - own) / Math.Max(1, after.All - before.All));
    }
}
