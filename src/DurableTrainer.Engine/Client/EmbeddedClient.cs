using System.Globalization;
using System.Text.Json;
using DurableTrainer.Durable;
using DurableTrainer.Engine.Loop;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Client;

/// <summary>The client of an embedded engine. Reads, too, answer only with what is durable.</summary>
internal sealed class EmbeddedClient(EngineLoop loop, DurableRegistry registry) : DurableClient
{
    public override Task ScheduleAsync<TInput, TOutput>(
        OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId,
        DateTimeOffset? startAt = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        registry.EnsureOrchestrator(orchestrator.Name);
        var json = DurableJson.Serialize(input);
        return loop.ChangeAsync(
            () => loop.State.Instances.ContainsKey(instanceId)
                ? throw new InstanceExistsException(instanceId)
                : new InstanceScheduled(instanceId, orchestrator.Name, json, loop.Now(), startAt),
            cancellation);
    }

    public override Task RaiseEventAsync<TPayload>(
        string instanceId, EventName<TPayload> name, TPayload payload, CancellationToken cancellation = default)
    {
        var json = DurableJson.Serialize(payload);
        return Change(instanceId, _ => new MessageArrived(instanceId, new EventRaised(name.Name, json)), cancellation);
    }

    public override Task<InstanceState?> GetAsync(string instanceId, CancellationToken cancellation = default) =>
        loop.AskAsync(() => loop.State.Instances.GetValueOrDefault(instanceId)?.ToPublic(), cancellation);

    public override Task<InstancePage> ListAsync(InstanceQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.PageSize);
        var after = 0L;
        if (query.Continuation is not null && !long.TryParse(query.Continuation, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new ArgumentException($"'{query.Continuation}' is not the continuation of a page.", nameof(query));
        return loop.AskAsync(() => Page(loop.State, query, after), cancellation);
    }

    public override async Task<InstanceState> WaitAsync(string instanceId, CancellationToken cancellation = default)
    {
        var watcher = new TaskCompletionSource<InstanceState>(TaskCreationOptions.RunContinuationsAsynchronously);
        var instance = await loop.AskAsync(
            () =>
            {
                var instance = Existing(instanceId);
                if (instance.Ended is null)
                    instance.Add(watcher);
                else
                    watcher.TrySetResult(instance.ToPublic());
                return instance;
            },
            cancellation);
        await using var leave = cancellation.Register(() => loop.Post(() => instance.Remove(watcher)));
        return await watcher.Task.WaitAsync(cancellation);
    }

    public override Task TerminateAsync(string instanceId, string reason, CancellationToken cancellation = default) =>
        Change(instanceId, _ => new InstanceTerminated(instanceId, reason, loop.Now()), cancellation);

    public override Task SuspendAsync(string instanceId, string reason, CancellationToken cancellation = default) =>
        Change(instanceId, instance => instance.Suspended ? null : new InstanceSuspended(instanceId, reason, loop.Now()), cancellation);

    public override Task ResumeAsync(string instanceId, CancellationToken cancellation = default) =>
        Change(instanceId, instance => instance.Suspended ? new InstanceResumed(instanceId, loop.Now()) : null, cancellation);

    public override Task<bool> PurgeAsync(string instanceId, CancellationToken cancellation = default) =>
        loop.ChangeAsync(
            () =>
            {
                if (!loop.State.Instances.TryGetValue(instanceId, out var instance))
                    return null;
                if (instance.Ended is null)
                {
                    throw new InvalidOperationException(
                        $"Instance '{instanceId}' has not ended, and only what has ended can be purged: terminate it first.");
                }
                return new InstancePurged(instanceId);
            },
            cancellation);

    public override async Task<TState?> ReadEntityAsync<TState>(EntityId entity, CancellationToken cancellation = default) where TState : class
    {
        var json = await loop.AskAsync(() => loop.State.Entities.GetValueOrDefault(entity)?.Json, cancellation);
        return json is null ? null : JsonSerializer.Deserialize<TState>(json, DurableJson.Options);
    }

    /// <summary>Records a change of an instance; one that has ended, or that needs no change, stays as it is.</summary>
    private Task<bool> Change(string instanceId, Func<Instance, Record?> change, CancellationToken cancellation) =>
        loop.ChangeAsync(() => Existing(instanceId) is { Ended: null } instance ? change(instance) : null, cancellation);

    private Instance Existing(string instanceId) =>
        loop.State.Instances.GetValueOrDefault(instanceId) ?? throw new InstanceNotFoundException(instanceId);

    private static InstancePage Page(EngineState state, InstanceQuery query, long after)
    {
        var found = new List<InstanceState>();
        var last = after;
        for (var i = state.IndexAfter(after); i < state.ByAge.Count; i++)
        {
            var instance = state.ByAge[i];
            if (!Matches(instance, query))
                continue;
            if (found.Count == query.PageSize)
                return new(found, last.ToString(CultureInfo.InvariantCulture));
            found.Add(instance.ToPublic());
            last = instance.Order;
        }
        return new(found, null);
    }

    private static bool Matches(Instance instance, InstanceQuery query) =>
        instance.Id.StartsWith(query.Prefix, StringComparison.Ordinal) &&
        (query.Statuses.Count == 0 || query.Statuses.Contains(instance.Status)) &&
        (query.CreatedFrom is not { } from || instance.CreatedAt >= from) &&
        (query.CreatedTo is not { } to || instance.CreatedAt <= to);
}
