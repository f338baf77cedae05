using DurableTrainer.Durable;
using DurableTrainer.Engine.Orchestrations;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.State;

/// <summary>
/// One instance of an orchestrator. Everything but the last group of members follows from the records alone.
/// Once it has ended only what a reader may ask for is kept. Most instances wait, and have neither children nor watchers, often no activity
/// or no timer: what is empty takes no memory.
/// </summary>
internal sealed class Instance(string id, string orchestrator, long order, DateTimeOffset createdAt, string? input)
{
    private static readonly Dictionary<int, PendingActivity> NoActivities = [];
    private static readonly Dictionary<int, DateTimeOffset> NoTimers = [];

    private List<Instance>? children;
    private List<TaskCompletionSource<InstanceState>>? watchers;
    private List<Message>? inbox;
    private Dictionary<int, PendingActivity>? activities;
    private Dictionary<int, DateTimeOffset>? timers;

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

    public IReadOnlyList<Instance> Children => (IReadOnlyList<Instance>?)children ?? [];

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
    public IReadOnlyList<Message> Inbox => (IReadOnlyList<Message>?)inbox ?? [];

    /// <summary>Its attempts that have not ended, by the number of the call.</summary>
    public IReadOnlyDictionary<int, PendingActivity> Activities => activities ?? NoActivities;

    /// <summary>When its timers are due, by the number of the call.</summary>
    public IReadOnlyDictionary<int, DateTimeOffset> Timers => timers ?? NoTimers;

    /// <summary>The running code, when it is in memory; otherwise it is replayed from the history before the next turn.</summary>
    public Execution? Execution { get; set; }

    /// <summary>Its place among those whose code is in memory.</summary>
    public LinkedListNode<Instance>? AwakePlace { get; set; }

    /// <summary>Whether it stands in the queue of those that may have a turn to take.</summary>
    public bool Queued { get; set; }

    /// <summary>Whether it came out of the journal; code that it needs may then be missing without anybody being at fault.</summary>
    public bool Recovered { get; set; }

    /// <summary>Completed when it ends, for those who wait from outside.</summary>
    public IReadOnlyList<TaskCompletionSource<InstanceState>> Watchers => (IReadOnlyList<TaskCompletionSource<InstanceState>>?)watchers ?? [];

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
        (History, inbox, activities, timers, Execution, StartAt, Suspended) = ([], null, null, null, null, null, false);
    }

    /// <summary>Begins its next generation.</summary>
    public void StartOver(string? newInput, IEnumerable<Message> events)
    {
        Generation++;
        (Input, History, inbox, activities, timers, Execution) = (newInput, [], [.. events], null, null, null);
    }

    public void Receive(Message message) => (inbox ??= []).Add(message);

    /// <summary>Empties the inbox.</summary>
    public IReadOnlyList<Message> TakeInbox()
    {
        var taken = Inbox;
        inbox = null;
        return taken;
    }

    public void Add(Instance child) => (children ??= []).Add(child);

    public void Remove(Instance child) => Remove(ref children, child);

    public void Add(PendingActivity activity) => (activities ??= []).Add(activity.Call.Call, activity);

    public void RemoveActivity(int call)
    {
        if (activities is not null && activities.Remove(call) && activities.Count == 0)
            activities = null;
    }

    public void AddTimer(int call, DateTimeOffset due) => (timers ??= []).Add(call, due);

    public bool RemoveTimer(int call, out DateTimeOffset due)
    {
        due = default;
        if (timers is null || !timers.Remove(call, out due))
            return false;
        if (timers.Count == 0)
            timers = null;
        return true;
    }

    public void Add(TaskCompletionSource<InstanceState> watcher) => (watchers ??= []).Add(watcher);

    public void Remove(TaskCompletionSource<InstanceState> watcher) => Remove(ref watchers, watcher);

    public IReadOnlyList<TaskCompletionSource<InstanceState>> TakeWatchers()
    {
        var taken = Watchers;
        watchers = null;
        return taken;
    }

    private static void Remove<T>(ref List<T>? list, T item)
    {
        if (list is not null && list.Remove(item) && list.Count == 0)
            list = null;
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
