using System.Text.Json.Serialization;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Records;

/// <summary>
/// One change of the engine's state, and the payload of one frame of the journal: it lands whole or not at all.
/// Applying the same records in the same order gives the same state, live and in recovery.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(InstanceScheduled), "scheduled")]
[JsonDerivedType(typeof(MessageArrived), "arrived")]
[JsonDerivedType(typeof(TurnTaken), "turn")]
[JsonDerivedType(typeof(OperationRan), "operation")]
[JsonDerivedType(typeof(InstanceTerminated), "terminated")]
[JsonDerivedType(typeof(InstanceSuspended), "suspended")]
[JsonDerivedType(typeof(InstanceResumed), "resumed")]
[JsonDerivedType(typeof(InstancePurged), "purged")]
[JsonDerivedType(typeof(InstanceKept), "instance")]
[JsonDerivedType(typeof(EntityKept), "entity")]
[JsonDerivedType(typeof(SnapshotEnd), "end")]
internal abstract record Record;

internal sealed record InstanceScheduled(
    string Id,
    string Orchestrator,
    [property: JsonConverter(typeof(RawJson))] string? Input,
    DateTimeOffset Time,
    DateTimeOffset? StartAt) : Record;

/// <summary>Something came in from outside of the instance: the end of an activity, a due timer, an event.</summary>
internal sealed record MessageArrived(string Id, Message Message) : Record;

/// <summary>One turn of an orchestrator: it took everything that had arrived, and asked for these actions.</summary>
internal sealed record TurnTaken(
    string Id,
    DateTimeOffset Time,
    IReadOnlyList<TurnAction> Actions,
    [property: JsonConverter(typeof(RawJson))] string? Status,
    TurnEnd? End) : Record;

/// <summary>The oldest waiting operation of an entity ran: its answer, and what it changed.</summary>
internal sealed record OperationRan(
    string Name,
    string Key,
    [property: JsonConverter(typeof(RawJson))] string? Output,
    Failure? Failure,
    StateChange? Change) : Record;

internal sealed record InstanceTerminated(string Id, string Reason, DateTimeOffset Time) : Record;

internal sealed record InstanceSuspended(string Id, string Reason, DateTimeOffset Time) : Record;

internal sealed record InstanceResumed(string Id, DateTimeOffset Time) : Record;

internal sealed record InstancePurged(string Id) : Record;

/// <summary>The last frame of a snapshot: without it the snapshot is not whole.</summary>
/// <param name="NextOrder">The order that the next new instance gets.</param>
internal sealed record SnapshotEnd(long NextOrder) : Record;
