using System.Text;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Recovery;

/// <summary>The whole state as a short list of records, which a recovery applies in place of all that led to it.</summary>
internal static class Snapshot
{
    public static IEnumerable<Record> Of(EngineState state)
    {
        foreach (var instance in state.ByAge)
            yield return Keep(instance);
        foreach (var entity in state.Entities.Values)
        {
            yield return new EntityKept(
                entity.Id.Name, entity.Id.Key,
                entity.Json is null ? null : Encoding.UTF8.GetString(entity.Json),
                [.. entity.Mailbox.Select(o => new OperationKept(o.Caller?.Order, o.Call, o.Name, o.Input))]);
        }
        yield return new SnapshotEnd(state.NextOrder);
    }

    private static InstanceKept Keep(Instance instance) => new(
        instance.Id, instance.Orchestrator, instance.Order, instance.Parent?.Order, instance.ParentCall,
        instance.CreatedAt, instance.UpdatedAt, instance.StartAt, instance.Input, instance.Output, instance.CustomStatus, instance.Failure,
        instance.Ended, instance.Suspended, instance.Generation, instance.History, instance.Inbox,
        [.. instance.Activities.Values.Select(a => a.Call)],
        [.. instance.Timers.Select(t => new StartTimer(t.Key, t.Value))]);
}
