using System.Text;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.Timers;

namespace DurableTrainer.Engine.State;

/// <content>How a snapshot becomes state again.</content>
internal sealed partial class EngineState
{
    private void Restore(InstanceKept kept)
    {
        var instance = new Instance(kept.Id, kept.Orchestrator, kept.Order, kept.CreatedAt, kept.Input)
        {
            UpdatedAt = kept.UpdatedAt,
            StartAt = kept.StartAt,
            ParentCall = kept.ParentCall,
            Output = kept.Output,
            CustomStatus = kept.CustomStatus,
            Failure = kept.Failure,
            Ended = kept.Ended,
            Suspended = kept.Suspended,
            Generation = kept.Generation,
            History = [.. kept.History],
        };
        if (kept.Parent is { } parent)
        {
            instance.Parent = ByOrder(parent) ?? throw new InvalidDataException($"The parent of instance '{kept.Id}' is missing.");
            instance.Parent.Add(instance);
        }
        foreach (var message in kept.Inbox)
            instance.Receive(message);
        foreach (var call in kept.Activities)
            instance.Add(new PendingActivity(instance, call));
        foreach (var timer in kept.Timers)
        {
            instance.AddTimer(timer.Call, timer.Due);
            Timers.Add(new(timer.Due, instance, timer.Call));
        }
        if (kept.StartAt is { } start)
            Timers.Add(new(start, instance, TimerQueue.Start));
        instances.Add(instance.Id, instance);
        ByAge.Add(instance);
        MarkReady(instance);
    }

    private void Restore(EntityKept kept)
    {
        var entity = new EntityState(new(kept.Name, kept.Key)) { Json = kept.State is null ? null : Encoding.UTF8.GetBytes(kept.State) };
        foreach (var operation in kept.Mailbox)
            entity.Mailbox.Enqueue(new(operation.Caller is { } caller ? ByOrder(caller) : null, operation.Call, operation.Name, operation.Input));
        Entities.Add(entity.Id, entity);
        MarkReady(entity);
    }

    private Instance? ByOrder(long order)
    {
        var index = IndexAfter(order) - 1;
        return index >= 0 && ByAge[index].Order == order ? ByAge[index] : null;
    }

    /// <summary>All records of the past are applied: what they left undone is to be done again, and what is new from here on is not.</summary>
    public void FinishRecovery()
    {
        NewActivities.Clear();
        NewlyEnded.Clear();
        foreach (var instance in ByAge)
        {
            instance.Recovered = true;
            NewActivities.AddRange(instance.Activities.Values.OrderBy(activity => activity.Call.Call));
        }
        NewActivities.ForEach(activity => activity.Recovered = true);
        foreach (var entity in Entities.Values)
            entity.Recovered = entity.Mailbox.Count > 0;
    }
}
