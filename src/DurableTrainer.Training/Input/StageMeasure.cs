namespace DurableTrainer.Training.Input;

/// <summary>What a stage takes, as measured.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Workers">k, how many threads work on it.</param>
/// <param name="CpuSeconds">c, processor time of one sample.</param>
/// <param name="LatencySeconds">l, what one sample waits for: disks, networks.</param>
internal sealed record StageMeasure(string Stage, int Workers, double CpuSeconds, double LatencySeconds)
{
    /// <summary>Samples a second that the stage can make ready: k/(c + l).</summary>
    public double Rate => Workers / (CpuSeconds + LatencySeconds);
}
