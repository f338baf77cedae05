namespace DurableTrainer.Training.Input;

/// <summary>What a stage takes, as measured.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Workers">k, how many threads work on it.</param>
/// <param name="CpuSeconds">c, processor time of one sample.</param>
/// <param name="LatencySeconds">l, what one sample waits for: disks, networks.</param>
/// <param name="DelaySeconds">What one sample waits for a processor that others have.</param>
internal sealed record StageMeasure(string Stage, int Workers, double CpuSeconds, double LatencySeconds, double DelaySeconds = 0)
{
    /// <summary>Samples a second that the stage can make ready: k/(c + l), where what it waits for processors is a part of l.</summary>
    public double Rate => Workers / (CpuSeconds + LatencySeconds + DelaySeconds);

    /// <summary>The same with processors for all: what the stage is after, and what counts for how many it may have.</summary>
    public double UndelayedRate => Workers / (CpuSeconds + LatencySeconds);
}
