namespace DurableTrainer.Core.Trials;

/// <summary>What a slice, a trial or an experiment used.</summary>
/// <param name="WallClock">Time during which it ran.</param>
/// <param name="CpuTime">Processor time of the worker, all threads together.</param>
/// <param name="PeakMemoryBytes">The largest resident memory of its worker.</param>
/// <param name="Epochs">Passes over the training data.</param>
public sealed record Usage(TimeSpan WallClock, TimeSpan CpuTime, long PeakMemoryBytes, int Epochs)
{
    public static Usage None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, 0, 0);

    /// <summary>What it used of a GPU; null where there was none.</summary>
    public GpuUsage? Gpu { get; init; }

    /// <summary>Times and epochs add up; of the memory the larger peak counts.</summary>
    public static Usage operator +(Usage a, Usage b) => new(
        a.WallClock + b.WallClock, a.CpuTime + b.CpuTime, Math.Max(a.PeakMemoryBytes, b.PeakMemoryBytes), a.Epochs + b.Epochs)
    {
        Gpu = a.Gpu is null ? b.Gpu : b.Gpu is null ? a.Gpu : a.Gpu + b.Gpu,
    };
}

/// <summary>What was used of a GPU.</summary>
/// <param name="BusyTime">Time during which the device computed.</param>
/// <param name="PeakMemoryBytes">The most of the device's memory that was in use.</param>
public sealed record GpuUsage(TimeSpan BusyTime, long PeakMemoryBytes)
{
    /// <summary>Times add up; of the memory the larger peak counts.</summary>
    public static GpuUsage operator +(GpuUsage a, GpuUsage b) => new(a.BusyTime + b.BusyTime, Math.Max(a.PeakMemoryBytes, b.PeakMemoryBytes));
}
