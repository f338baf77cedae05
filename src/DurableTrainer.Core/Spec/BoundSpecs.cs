namespace DurableTrainer.Core.Spec;

/// <summary>What the whole experiment may spend.</summary>
public sealed record BudgetSpec
{
    public int Trials { get; init; } = 40;

    /// <summary>Trials at once. With 1 the experiment is the same every time.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Time in which trials run; while nothing runs, nothing is spent.</summary>
    public TimeSpan? WallClock { get; init; }

    public TimeSpan? CpuTime { get; init; }
}

/// <summary>The share of the pools that the experiment asks for.</summary>
public sealed record QuotaSpec
{
    public string Pool { get; init; } = "cpu";

    /// <summary>Workers at once; as many as trials in parallel when null.</summary>
    public int? Workers { get; init; }

    public OnExceed OnExceed { get; init; }
}

public enum OnExceed
{
    Reject,
    Queue,
}

/// <summary>What one trial may use; past a limit it is terminated.</summary>
public sealed record LimitsSpec
{
    public TimeSpan? WallClock { get; init; }

    public TimeSpan? CpuTime { get; init; }

    /// <summary>Resident memory of the worker, in bytes; written as <c>512MiB</c> or a number.</summary>
    public MemorySize? Memory { get; init; }

    /// <summary>Numbers that the model learns.</summary>
    public long? Parameters { get; init; }
}

/// <summary>What is forgiven.</summary>
public sealed record FailureSpec
{
    /// <summary>Times a slice is run again when its worker is lost.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The experiment ends when more trials than this have failed; no bound when null.</summary>
    public int? MaxFailedTrials { get; init; }
}
