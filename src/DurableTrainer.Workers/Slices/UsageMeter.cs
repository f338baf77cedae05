using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Slices;

/// <summary>Measures what this process uses from the moment the meter is made.</summary>
internal sealed class UsageMeter
{
    private readonly TimeProvider time;
    private readonly long startTimestamp;
    private readonly TimeSpan startCpu;
    private TimeSpan lapWall;
    private TimeSpan lapCpu;

    public UsageMeter(TimeProvider time)
    {
        this.time = time;
        startTimestamp = time.GetTimestamp();
        startCpu = Environment.CpuUsage.TotalTime;
    }

    public TimeSpan Elapsed => time.GetElapsedTime(startTimestamp);

    public TimeSpan Cpu => Environment.CpuUsage.TotalTime - startCpu;

    /// <summary>What was used since the lap before, as one epoch.</summary>
    public Usage Lap()
    {
        var (wall, cpu) = (Elapsed, Cpu);
        var usage = new Usage(wall - lapWall, cpu - lapCpu, PeakMemory.Bytes, 1);
        (lapWall, lapCpu) = (wall, cpu);
        return usage;
    }

    public Usage Total(int epochs) => new(Elapsed, Cpu, PeakMemory.Bytes, epochs);
}
