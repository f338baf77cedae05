using System.Text.Json.Serialization;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Records;

/// <summary>A whole instance, as a snapshot keeps it.</summary>
internal sealed record InstanceKept(
    string Id,
    string Orchestrator,
    long Order,
    long? Parent,
    int ParentCall,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? StartAt,
    [property: JsonConverter(typeof(RawJson))] string? Input,
    [property: JsonConverter(typeof(RawJson))] string? Output,
    [property: JsonConverter(typeof(RawJson))] string? CustomStatus,
    Failure? Failure,
    InstanceStatus? Ended,
    bool Suspended,
    int Generation,
    IReadOnlyList<Turn> History,
    IReadOnlyList<Message> Inbox,
    IReadOnlyList<CallActivity> Activities,
    IReadOnlyList<StartTimer> Timers) : Record;

/// <summary>One turn in the history of an instance.</summary>
internal sealed record Turn(DateTimeOffset Time, IReadOnlyList<Message> Messages, IReadOnlyList<TurnAction> Actions);

/// <summary>A whole entity, as a snapshot keeps it.</summary>
internal sealed record EntityKept(
    string Name,
    string Key,
    [property: JsonConverter(typeof(RawJson))] string? State,
    IReadOnlyList<OperationKept> Mailbox) : Record;

/// <summary>
/// A waiting operation; its caller is the order of the instance that waits for the answer, null for a signal or a caller that is gone.
/// </summary>
internal sealed record OperationKept(long? Caller, int Call, string Name, [property: JsonConverter(typeof(RawJson))] string? Input);
