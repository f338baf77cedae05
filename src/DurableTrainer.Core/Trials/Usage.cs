namespace DurableTrainer.Core.Trials;

/// <summary>What a slice, a trial or an experiment used.</summary>
/// <param name="WallClock">Time during which it ran.</param>
/// <param name="CpuTime">Processor time of the worker, all threads together.</param>
/// <param name="PeakMemoryBytes">The largest resident memory of its worker, or what it took of the memory of its GPU at most.</param>
/// <param name="Epochs">Passes over the training data.</param>
public sealed record Usage(TimeSpan WallClock, TimeSpan CpuTime, long PeakMemoryBytes, int Epochs)
{
    public static Usage None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, 0, 0);

    /// <summary>Times and epochs add up; of the memory the larger peak counts.</summary>
    public static Usage operator +(Usage a, Usage b) => new(
        a.WallClock + b.WallClock, a.CpuTime + b.CpuTime, Math.Max(a.PeakMemoryBytes, b.PeakMemoryBytes), a.Epochs + b.Epochs);
}
