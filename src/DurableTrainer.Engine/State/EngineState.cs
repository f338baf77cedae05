using DurableTrainer.Durable;
using DurableTrainer.Engine.Entities;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.Timers;

namespace DurableTrainer.Engine.State;

/// <summary>
/// All instances and entities, changed only by applying records. What follows from a change — who has something to do next, which
/// activities are to be started — is put into queues, which the engine's loop empties.
/// </summary>
/// <param name="keepInputs">Keep the inputs of ended calls in histories, to compare them on replay.</param>
internal sealed partial class EngineState(bool keepInputs)
{
    private readonly Dictionary<string, Instance> instances = [];

    public IReadOnlyDictionary<string, Instance> Instances => instances;

    /// <summary>All instances, oldest first.</summary>
    public List<Instance> ByAge { get; } = [];

    public Dictionary<EntityId, EntityState> Entities { get; } = [];

    public TimerQueue Timers { get; } = new();

    public long NextOrder { get; private set; } = 1;

    public Queue<Instance> ReadyInstances { get; } = [];

    public Queue<EntityState> ReadyEntities { get; } = [];

    public List<PendingActivity> NewActivities { get; } = [];

    public List<Instance> NewlyEnded { get; } = [];

    /// <exception cref="InvalidDataException">The record does not fit what came before it.</exception>
    public void Apply(Record record)
    {
        switch (record)
        {
            case InstanceScheduled scheduled:
                Create(scheduled.Id, scheduled.Orchestrator, scheduled.Input, scheduled.Time, scheduled.StartAt);
                break;
            case MessageArrived arrived:
                Apply(Existing(arrived.Id), arrived.Message);
                break;
            case TurnTaken turn:
                Apply(Existing(turn.Id), turn);
                break;
            case OperationRan operation:
                Apply(operation);
                break;
            case InstanceTerminated terminated:
                Terminate(Existing(terminated.Id), terminated.Reason, terminated.Time);
                break;
            case InstanceSuspended suspended:
                Existing(suspended.Id).Suspended = true;
                Existing(suspended.Id).UpdatedAt = suspended.Time;
                break;
            case InstanceResumed resumed:
                Apply(Existing(resumed.Id), resumed);
                break;
            case InstancePurged purged:
                Purge(Existing(purged.Id));
                break;
            case InstanceKept kept:
                Restore(kept);
                break;
            case EntityKept kept:
                Restore(kept);
                break;
            case SnapshotEnd end:
                NextOrder = end.NextOrder;
                break;
            default:
                throw new InvalidDataException($"There is no rule for a record of type {record.GetType().Name}.");
        }
    }

    private Instance Existing(string id) =>
        instances.TryGetValue(id, out var instance) ? instance : throw new InvalidDataException($"There is no instance '{id}' here.");

    private Instance Create(string id, string orchestrator, string? input, DateTimeOffset time, DateTimeOffset? startAt)
    {
        var instance = new Instance(id, orchestrator, NextOrder++, time, input);
        if (!instances.TryAdd(id, instance))
            throw new InvalidDataException($"There is an instance '{id}' already.");
        ByAge.Add(instance);
        if (startAt > time)
        {
            instance.StartAt = startAt;
            Timers.Add(new(startAt.Value, instance, TimerQueue.Start));
        }
        MarkReady(instance);
        return instance;
    }

    private void Apply(Instance instance, Message message)
    {
        if (message is CallEnded ended)
            instance.RemoveActivity(ended.Call);
        if (message is TimerFired fired)
            RemoveTimer(instance, fired.Call);
        Deliver(instance, message);
    }

    private void Apply(Instance instance, InstanceResumed resumed)
    {
        (instance.Suspended, instance.UpdatedAt) = (false, resumed.Time);
        NewActivities.AddRange(instance.Activities.Values.Where(activity => !activity.Dispatched));
        MarkReady(instance);
    }

    private void Apply(Instance instance, TurnTaken taken)
    {
        StartNow(instance);
        var actions = keepInputs ? taken.Actions : [.. taken.Actions.Select(action => action.WithoutInput())];
        instance.History.Add(new(taken.Time, [.. instance.TakeInbox()], actions));
        instance.UpdatedAt = taken.Time;
        instance.CustomStatus = taken.Status ?? instance.CustomStatus;
        foreach (var action in taken.Actions)
            Apply(instance, action, taken.Time);
        switch (taken.End)
        {
            case Completed completed:
                End(instance, InstanceStatus.Completed, completed.Output, null);
                break;
            case Failed failed:
                End(instance, InstanceStatus.Failed, null, failed.Failure);
                break;
            case ContinuedAsNew again:
                StartOver(instance, again);
                break;
        }
    }

    private void Apply(Instance instance, TurnAction action, DateTimeOffset time)
    {
        switch (action)
        {
            case CallActivity call:
                var pending = new PendingActivity(instance, call);
                instance.Add(pending);
                NewActivities.Add(pending);
                break;
            case CallChild call:
                StartChild(instance, call, time);
                break;
            case CallEntity call:
                Enqueue(call.Entity, new(instance, call.Call, call.Operation, call.Input));
                break;
            case SignalEntity signal:
                Enqueue(signal.Entity, new(null, 0, signal.Operation, signal.Input));
                break;
            case StartTimer timer:
                instance.AddTimer(timer.Call, timer.Due);
                Timers.Add(new(timer.Due, instance, timer.Call));
                break;
            case CancelTimer cancel:
                RemoveTimer(instance, cancel.Call);
                break;
        }
    }

    private void StartChild(Instance parent, CallChild call, DateTimeOffset time)
    {
        if (instances.ContainsKey(call.InstanceId))
        {
            Deliver(parent, new CallEnded(call.Call, null, Failure.From(new InstanceExistsException(call.InstanceId))));
            return;
        }
        var child = Create(call.InstanceId, call.Orchestrator, call.Input, time, startAt: null);
        (child.Parent, child.ParentCall) = (parent, call.Call);
        parent.Add(child);
    }

    private void Enqueue(EntityId id, Operation operation)
    {
        if (!Entities.TryGetValue(id, out var entity))
            Entities.Add(id, entity = new(id));
        entity.Mailbox.Enqueue(operation);
        MarkReady(entity);
    }

    private void Apply(OperationRan ran)
    {
        if (!Entities.TryGetValue(new(ran.Name, ran.Key), out var entity) || !entity.Mailbox.TryDequeue(out var operation))
            throw new InvalidDataException($"No operation waits at entity {new EntityId(ran.Name, ran.Key)}.");
        if (ran.Change is { } change)
            entity.Json = StateDelta.Apply(entity.Json, change);
        if (operation.Caller is { Ended: null } caller)
            Deliver(caller, new CallEnded(operation.Call, ran.Output, ran.Failure));
        if (entity.Mailbox.Count > 0)
            MarkReady(entity);
        else if (entity.Json is null)
            Entities.Remove(entity.Id);
        entity.Recovered &= entity.Mailbox.Count > 0;
    }

    private void Deliver(Instance instance, Message message)
    {
        if (instance.Ended is not null)
            return;
        instance.Receive(message);
        MarkReady(instance);
    }

    public void MarkReady(Instance instance)
    {
        if (instance.Queued)
            return;
        instance.Queued = true;
        ReadyInstances.Enqueue(instance);
    }

    public void MarkReady(EntityState entity)
    {
        if (entity.Queued)
            return;
        entity.Queued = true;
        ReadyEntities.Enqueue(entity);
    }
}
