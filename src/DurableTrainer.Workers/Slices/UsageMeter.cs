using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Workers.Slices;

/// <summary>Measures what this process uses from the moment the meter is made.</summary>
internal sealed class UsageMeter
{
    private readonly TimeProvider time;
    private readonly IProcessorFactory? processors;
    private readonly long startTimestamp;
    private readonly TimeSpan startCpu;
    private TimeSpan lapWall;
    private TimeSpan lapCpu;
    private Usage earlier = Usage.None;

    public UsageMeter(TimeProvider time, IProcessorFactory? processors = null)
    {
        this.time = time;
        this.processors = processors;
        startTimestamp = time.GetTimestamp();
        startCpu = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Running time, that of earlier attempts included.</summary>
    public TimeSpan Elapsed => earlier.WallClock + Wall;

    /// <summary>Processor time, that of earlier attempts included.</summary>
    public TimeSpan CpuTime => earlier.CpuTime + Cpu;

    /// <summary>Of the device that computes, where it has memory of its own, and of this process otherwise.</summary>
    public long PeakMemoryBytes => processors?.PeakMemoryBytes ?? PeakMemory.Bytes;

    private TimeSpan Wall => time.GetElapsedTime(startTimestamp);

    private TimeSpan Cpu => Environment.CpuUsage.TotalTime - startCpu;

    /// <summary>Counts in what an earlier attempt at the same slice used.</summary>
    public void Add(Usage attempt) => earlier += attempt;

    /// <summary>What was used since the lap before, as one epoch.</summary>
    public Usage Lap()
    {
        var (wall, cpu) = (Wall, Cpu);
        var usage = new Usage(wall - lapWall, cpu - lapCpu, PeakMemoryBytes, 1);
        (lapWall, lapCpu) = (wall, cpu);
        return usage;
    }

    public Usage Total(int epochs) => new(Elapsed, CpuTime, PeakMemoryBytes, epochs);
}
