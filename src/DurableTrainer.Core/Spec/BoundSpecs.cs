namespace DurableTrainer.Core.Spec;

/// <summary>What the whole experiment may spend.</summary>
public sealed record BudgetSpec
{
    [AtLeast(1)]
    public int Trials { get; init; } = 40;

    /// <summary>Trials at once. With 1 the experiment is the same every time.</summary>
    [AtLeast(1)]
    public int Parallel { get; init; } = 1;

    /// <summary>Time in which trials run; while nothing runs, nothing is spent.</summary>
    [Above(0)]
    public TimeSpan? WallClock { get; init; }

    [Above(0)]
    public TimeSpan? CpuTime { get; init; }
}

/// <summary>The share of the pools that the experiment asks for.</summary>
public sealed record QuotaSpec
{
    /// <summary>The tenant of experiments that name none.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The pool of the machine or app itself, of experiments that name none.</summary>
    public const string DefaultPool = "cpu";

    [Matches(Names.Pattern, Names.Words)]
    public string Pool { get; init; } = DefaultPool;

    /// <summary>Whose quota the experiment counts against.</summary>
    [Matches(Names.Pattern, Names.Words)]
    public string Tenant { get; init; } = DefaultTenant;

    /// <summary>Workers at once; as many as trials in parallel when null.</summary>
    [AtLeast(1)]
    public int? Workers { get; init; }

    /// <summary>What becomes of an experiment that the quota has no room for now.</summary>
    public OnExceed OnExceed { get; init; }

    public Allocation Allocation { get; init; }
}

/// <summary>Who gets threads that are free because fewer trials run than the machine has room for.</summary>
public enum Allocation
{
    /// <summary>The most promising trials.</summary>
    Promising,

    /// <summary>Nobody: all workers have the same share at all times.</summary>
    Even,
}

/// <summary>What becomes of an experiment that there is no room for now.</summary>
public enum OnExceed
{
    /// <summary>It ends before anything of it has run.</summary>
    Reject,

    /// <summary>It waits until others have ended, or another period begins.</summary>
    Queue,
}

/// <summary>What one trial may use; past a limit it is terminated.</summary>
public sealed record LimitsSpec
{
    [Above(0)]
    public TimeSpan? WallClock { get; init; }

    [Above(0)]
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Resident memory of the worker, in bytes; written as <c>512MiB</c> or a number.</summary>
    [Above(0)]
    public MemorySize? Memory { get; init; }

    /// <summary>Numbers that the model learns.</summary>
    [AtLeast(1)]
    public long? Parameters { get; init; }
}

/// <summary>What is forgiven.</summary>
public sealed record FailureSpec
{
    /// <summary>Times a slice is run again when its worker is lost.</summary>
    [AtLeast(0)]
    public int Retries { get; init; } = 3;

    /// <summary>The experiment ends when more trials than this have failed; no bound when null.</summary>
    [AtLeast(0)]
    public int? MaxFailedTrials { get; init; }
}
