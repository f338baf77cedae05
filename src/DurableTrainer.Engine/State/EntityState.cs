using DurableTrainer.Durable;

namespace DurableTrainer.Engine.State;

/// <summary>One entity: its state, and the operations that wait for their turn.</summary>
internal sealed class EntityState(EntityId id)
{
    public EntityId Id { get; } = id;

    /// <summary>The state as UTF-8 JSON; null when there is none.</summary>
    public byte[]? Json { get; set; }

    public Queue<Operation> Mailbox { get; } = [];

    /// <summary>The same state as an object, when it is in memory.</summary>
    public object? Live { get; set; }

    public bool Queued { get; set; }

    /// <summary>Whether it came out of the journal with operations waiting.</summary>
    public bool Recovered { get; set; }
}

/// <summary>A waiting operation: who waits for the answer under which call number (nobody for a signal), and what is to be done.</summary>
internal sealed record Operation(Instance? Caller, int Call, string Name, string? Input);
