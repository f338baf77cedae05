namespace DurableTrainer.Durable;

public enum InstanceStatus
{
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

/// <summary>An instance as seen from outside. Inputs, outputs and statuses are JSON.</summary>
public sealed record InstanceState(
    string InstanceId,
    string Orchestrator,
    InstanceStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Input,
    string? Output,
    string? CustomStatus,
    Failure? Failure)
{
    /// <summary>Whether it has ended, one way or another.</summary>
    public bool HasEnded => Status is InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated;

    public T ReadOutput<T>() => DurableJson.Deserialize<T>(Output);
}

/// <summary>Which instances to list.</summary>
public sealed record InstanceQuery
{
    public string Prefix { get; init; } = "";

    /// <summary>Only these statuses; all when empty.</summary>
    public IReadOnlyList<InstanceStatus> Statuses { get; init; } = [];

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended; null for the first page.</summary>
    public string? Continuation { get; init; }
}

/// <param name="Instances">At most a page of them.</param>
/// <param name="Continuation">To ask for the next page with; null when this is the last.</param>
public sealed record InstancePage(IReadOnlyList<InstanceState> Instances, string? Continuation);
