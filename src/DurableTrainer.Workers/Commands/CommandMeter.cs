using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Commands;

/// <summary>What a slice of a command uses: the command with all that it starts, not the worker.</summary>
/// <param name="time">Measures wall-clock time.</param>
internal sealed class CommandMeter(TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private Usage earlier = Usage.None;
    private (TimeSpan CpuTime, long PeakMemoryBytes) measured;
    private (TimeSpan Wall, TimeSpan Cpu) lap;

    /// <summary>Used so far, by attempts that were cut short too.</summary>
    public Usage Total(int epochs) => earlier with { Epochs = 0 } + new Usage(Wall, measured.CpuTime, measured.PeakMemoryBytes, epochs);

    private TimeSpan Wall => time.GetElapsedTime(start);

    /// <summary>Counts in what an earlier attempt at the same slice used.</summary>
    public void Add(Usage attempt) => earlier += attempt;

    /// <summary>Takes note of what the command has used.</summary>
    public void Observe((TimeSpan CpuTime, long PeakMemoryBytes) used) => measured = used;

    /// <summary>What was used since the lap before, by so many epochs.</summary>
    public Usage Lap(int epochs)
    {
        var usage = new Usage(Wall - lap.Wall, measured.CpuTime - lap.Cpu, measured.PeakMemoryBytes, epochs);
        lap = (Wall, measured.CpuTime);
        return usage;
    }
}
