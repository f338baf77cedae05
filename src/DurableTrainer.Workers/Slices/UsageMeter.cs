using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Slices;

/// <summary>Measures what this process and its learners use from the moment the meter is made.</summary>
internal sealed class UsageMeter
{
    private readonly TimeProvider time;
    private readonly WorkerEquipment equipment;
    private readonly long startTimestamp;
    private readonly TimeSpan startCpu;
    private readonly TimeSpan startBusy;
    private readonly Lock gate = new();
    private long peakTogether;
    private TimeSpan lapWall;
    private TimeSpan lapCpu;
    private TimeSpan lapBusy;
    private Usage earlier = Usage.None;

    public UsageMeter(TimeProvider time, WorkerEquipment? equipment = null)
    {
        this.time = time;
        this.equipment = equipment ?? WorkerEquipment.Plain;
        startTimestamp = time.GetTimestamp();
        startCpu = CpuOfAll;
        startBusy = DeviceTime;
    }

    /// <summary>Running time, that of earlier attempts included.</summary>
    public TimeSpan Elapsed => earlier.WallClock + Wall;

    /// <summary>Processor time, that of earlier attempts included.</summary>
    public TimeSpan CpuTime => earlier.CpuTime + Cpu;

    /// <summary>
    /// The most that this process and its learners were seen to have in memory at once, in bytes; what one of them had alone counts also
    /// between two looks.
    /// </summary>
    public long PeakMemoryBytes
    {
        get
        {
            var (now, most) = equipment.Learners?.Memory ?? default;
            lock (gate)
            {
                if (now > 0)
                    peakTogether = Math.Max(peakTogether, Math.Max(Environment.WorkingSet + now, most));
                return Math.Max(peakTogether, PeakMemory.Bytes);
            }
        }
    }

    private TimeSpan Wall => time.GetElapsedTime(startTimestamp);

    private TimeSpan Cpu => CpuOfAll - startCpu;

    /// <summary>Of this process and its learners.</summary>
    private TimeSpan CpuOfAll => Environment.CpuUsage.TotalTime + (equipment.Learners?.CpuTime ?? TimeSpan.Zero);

    private TimeSpan DeviceTime => equipment.DeviceClock?.BusyTime ?? TimeSpan.Zero;

    private TimeSpan Busy => DeviceTime - startBusy;

    /// <summary>Counts in what an earlier attempt at the same slice used.</summary>
    public void Add(Usage attempt) => earlier += attempt;

    /// <summary>What was used since the lap before, as one epoch.</summary>
    public Usage Lap()
    {
        var (wall, cpu, busy) = (Wall, Cpu, Busy);
        var usage = Of(wall - lapWall, cpu - lapCpu, busy - lapBusy, 1);
        (lapWall, lapCpu, lapBusy) = (wall, cpu, busy);
        return usage;
    }

    public Usage Total(int epochs) => (earlier with { Epochs = 0 }) + Of(Wall, Cpu, Busy, epochs);

    /// <summary>A device is one that has memory of its own.</summary>
    private Usage Of(TimeSpan wall, TimeSpan cpu, TimeSpan busy, int epochs) => new(wall, cpu, PeakMemoryBytes, epochs)
    {
        Gpu = equipment.Processors?.PeakMemoryBytes is { } bytes ? new GpuUsage(busy, bytes) : null,
    };
}
