namespace DurableTrainer.Durable;

/// <summary>The name of an activity together with the types that it takes and gives.</summary>
public readonly record struct ActivityName<TInput, TOutput>(string Name)
{
    /// <summary>The same activity, served only by the workers of one pool: routing is by name on every engine.</summary>
    public ActivityName<TInput, TOutput> In(string pool) => new($"{Name}.{pool}");
}

/// <summary>The name of an orchestrator together with the types that it takes and gives.</summary>
public readonly record struct OrchestratorName<TInput, TOutput>(string Name);

/// <summary>The name of an entity operation together with the types that it takes and gives.</summary>
public readonly record struct EntityOperation<TInput, TOutput>(string Name);

/// <summary>The name of an event together with the type of its payload.</summary>
public readonly record struct EventName<TPayload>(string Name);

/// <summary>One entity: the name that it was registered under and the key that tells it from others of that name.</summary>
public readonly record struct EntityId(string Name, string Key)
{
    public override string ToString() => $"@{Name}@{Key}";
}

/// <summary>The type of an input or output that carries nothing.</summary>
public readonly record struct Unit;
