namespace DurableTrainer.Durable;

/// <summary>What an engine can run: orchestrators, activities and entities by name. Filled once, before the engine starts.</summary>
public sealed class DurableRegistry
{
    private readonly Dictionary<string, OrchestratorEntry> orchestrators = [];
    private readonly Dictionary<string, ActivityEntry> activities = [];
    private readonly Dictionary<string, Func<IEntity>> entities = [];

    public IReadOnlyDictionary<string, OrchestratorEntry> Orchestrators => orchestrators;

    public IReadOnlyDictionary<string, ActivityEntry> Activities => activities;

    public IReadOnlyDictionary<string, Func<IEntity>> Entities => entities;

    /// <exception cref="ArgumentException">No orchestrator has that name.</exception>
    public void EnsureOrchestrator(string name)
    {
        if (!orchestrators.ContainsKey(name))
        {
            throw new ArgumentException(
                $"There is no orchestrator '{name}'; registered are {string.Join(", ", orchestrators.Keys.Order())}.", nameof(name));
        }
    }

    public DurableRegistry Add<TInput, TOutput>(OrchestratorName<TInput, TOutput> name, Func<Orchestrator<TInput, TOutput>> create)
    {
        orchestrators.Add(name.Name, new(name.Name, async (context, input) =>
            DurableJson.Serialize(await create().RunAsync(context, DurableJson.Deserialize<TInput>(input)))));
        return this;
    }

    /// <param name="name">The name under which orchestrators call it.</param>
    /// <param name="create">Makes the instance that runs one attempt.</param>
    /// <param name="maxConcurrency">How many may run at once in this process; no bound but the engine's own when null.</param>
    public DurableRegistry Add<TInput, TOutput>(ActivityName<TInput, TOutput> name, Func<Activity<TInput, TOutput>> create, int? maxConcurrency = null)
    {
        activities.Add(name.Name, new(name.Name, maxConcurrency, async (context, input, cancellation) =>
            DurableJson.Serialize(await create().RunAsync(context, DurableJson.Deserialize<TInput>(input), cancellation))));
        return this;
    }

    public DurableRegistry Add<TState>(string name, Func<Entity<TState>> create) where TState : class
    {
        entities.Add(name, create);
        return this;
    }
}

/// <summary>An orchestrator with its types erased to JSON.</summary>
public sealed record OrchestratorEntry(string Name, Func<OrchestrationContext, string?, Task<string?>> Run);

/// <summary>An activity with its types erased to JSON.</summary>
public sealed record ActivityEntry(string Name, int? MaxConcurrency, Func<ActivityContext, string?, CancellationToken, Task<string?>> Run);
