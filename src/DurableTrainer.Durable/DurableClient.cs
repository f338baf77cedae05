namespace DurableTrainer.Durable;

/// <summary>Starts, finds, steers and watches instances from outside. What returns is durable.</summary>
public abstract class DurableClient
{
    /// <summary>Schedules a new instance.</summary>
    /// <param name="orchestrator">What to run.</param>
    /// <param name="input">Its input.</param>
    /// <param name="instanceId">Its id, chosen by the caller.</param>
    /// <param name="startAt">Not before this time; at once when null.</param>
    /// <param name="cancellation">Ends the wait, not the instance.</param>
    /// <exception cref="InstanceExistsException">The id is taken.</exception>
    public abstract Task ScheduleAsync<TInput, TOutput>(
        OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId,
        DateTimeOffset? startAt = null, CancellationToken cancellation = default);

    /// <summary>Raises an event; it is buffered until the instance waits for it. One for an instance that has ended is dropped.</summary>
    /// <exception cref="InstanceNotFoundException">There is no such instance.</exception>
    public abstract Task RaiseEventAsync<TPayload>(string instanceId, EventName<TPayload> name, TPayload payload, CancellationToken cancellation = default);

    /// <summary>The state of an instance, or null when there is none.</summary>
    public abstract Task<InstanceState?> GetAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Instances, oldest first, a page at a time.</summary>
    public abstract Task<InstancePage> ListAsync(InstanceQuery query, CancellationToken cancellation = default);

    /// <summary>Waits until the instance has ended.</summary>
    /// <exception cref="InstanceNotFoundException">There is no such instance.</exception>
    public abstract Task<InstanceState> WaitAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Ends an instance and all its children now. Running activities go on, and their results are dropped.</summary>
    public abstract Task TerminateAsync(string instanceId, string reason, CancellationToken cancellation = default);

    /// <summary>Takes no further turn of the instance until it is resumed; what arrives meanwhile is kept.</summary>
    public abstract Task SuspendAsync(string instanceId, string reason, CancellationToken cancellation = default);

    public abstract Task ResumeAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Forgets an ended instance and its ended children.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidOperationException">The instance has not ended.</exception>
    public abstract Task<bool> PurgeAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>The state of an entity as of its last finished operation, or null when it has none.</summary>
    public abstract Task<TState?> ReadEntityAsync<TState>(EntityId entity, CancellationToken cancellation = default) where TState : class;
}
