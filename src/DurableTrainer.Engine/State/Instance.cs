using DurableTrainer.Durable;
using DurableTrainer.Engine.Orchestrations;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.State;

/// <summary>
/// One instance of an orchestrator. Everything but the last group of members follows from the records alone.
/// Once it has ended only what a reader may ask for is kept.
/// </summary>
internal sealed class Instance(string id, string orchestrator, long order, DateTimeOffset createdAt, string? input)
{
    public string Id { get; } = id;

    public string Orchestrator { get; } = orchestrator;

    /// <summary>The how-manieth instance this is: tells apart two that had the same id, one after the other.</summary>
    public long Order { get; } = order;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    /// <summary>Not before this time; null once it has started.</summary>
    public DateTimeOffset? StartAt { get; set; }

    public Instance? Parent { get; set; }

    /// <summary>The parent's call that this instance answers.</summary>
    public int ParentCall { get; set; }

    public List<Instance> Children { get; } = [];

    public string? Input { get; set; } = input;

    public string? Output { get; set; }

    public string? CustomStatus { get; set; }

    public Failure? Failure { get; set; }

    public InstanceStatus? Ended { get; set; }

    public bool Suspended { get; set; }

    /// <summary>How often it was continued as new.</summary>
    public int Generation { get; set; }

    public List<Turn> History { get; set; } = [];

    /// <summary>What has arrived since the last turn.</summary>
    public List<Message> Inbox { get; set; } = [];

    public Dictionary<int, PendingActivity> Activities { get; set; } = [];

    public Dictionary<int, DateTimeOffset> Timers { get; set; } = [];

    /// <summary>The running code, when it is in memory; otherwise it is replayed from the history before the next turn.</summary>
    public Execution? Execution { get; set; }

    /// <summary>Its place among those whose code is in memory.</summary>
    public LinkedListNode<Instance>? AwakePlace { get; set; }

    /// <summary>Whether it stands in the queue of those that may have a turn to take.</summary>
    public bool Queued { get; set; }

    /// <summary>Whether it came out of the journal; code that it needs may then be missing without anybody being at fault.</summary>
    public bool Recovered { get; set; }

    /// <summary>Completed when it ends, for those who wait from outside.</summary>
    public List<TaskCompletionSource<InstanceState>> Watchers { get; } = [];

    public InstanceStatus Status =>
        Ended ?? (Suspended ? InstanceStatus.Suspended
            : History.Count == 0 && Generation == 0 ? InstanceStatus.Pending
            : InstanceStatus.Running);

    /// <summary>Whether a turn would do something.</summary>
    public bool HasTurnToTake =>
        Ended is null && !Suspended && StartAt is null && (Inbox.Count > 0 || History.Count == 0 || Execution is { WentAstray: true });

    public InstanceState ToPublic() => new(Id, Orchestrator, Status, CreatedAt, UpdatedAt, Input, Output, CustomStatus, Failure);

    public void End(InstanceStatus status, string? output, Failure? failure)
    {
        (Ended, Output, Failure) = (status, output, failure);
        (History, Inbox, Activities, Timers, Execution, StartAt, Suspended) = ([], [], [], [], null, null, false);
    }
}

/// <summary>
/// One attempt of an activity that has not ended. The object itself is the proof of being current: an outcome whose attempt is no
/// longer found under its call is stale.
/// </summary>
internal sealed class PendingActivity(Instance instance, CallActivity call)
{
    public Instance Instance { get; } = instance;

    public CallActivity Call { get; } = call;

    /// <summary>Whether it came out of the journal; see <see cref="Instance.Recovered"/>.</summary>
    public bool Recovered { get; set; }

    /// <summary>Whether it waits for a free place or runs already.</summary>
    public bool Dispatched { get; set; }

    public bool IsCurrent => Instance.Activities.TryGetValue(Call.Call, out var current) && ReferenceEquals(current, this);
}
