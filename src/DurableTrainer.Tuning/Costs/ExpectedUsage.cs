namespace DurableTrainer.Tuning.Costs;

/// <summary>What an experiment will use, by what an earlier one like it used. Null where that was not measured.</summary>
public sealed record ExpectedUsage
{
    /// <summary>Trials of the earlier experiment that it rests on.</summary>
    public required int Trials { get; init; }

    /// <summary>Processor time of all trials together.</summary>
    public TimeEstimate? CpuTime { get; init; }

    /// <summary>Running time of all trials together, by the number that run at once.</summary>
    public TimeEstimate? WallClock { get; init; }

    /// <summary>Peak memory of a worker, that of the trial which needs most.</summary>
    public MemoryEstimate? PeakMemory { get; init; }
}

/// <param name="Expected">What is expected.</param>
/// <param name="Upper">What it is not above, with 95% confidence.</param>
public sealed record TimeEstimate(TimeSpan Expected, TimeSpan Upper);

/// <param name="ExpectedBytes">What is expected.</param>
/// <param name="UpperBytes">What it is not above, with 95% confidence.</param>
public sealed record MemoryEstimate(long ExpectedBytes, long UpperBytes);
