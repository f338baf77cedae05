using System.Globalization;
using DurableTask.Core.Exceptions;
using DurableTrainer.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace DurableTrainer.DurableTask;

/// <summary>
/// The durable surface's client over one of Durable Task. What returns was accepted by the back end, which carries out suspensions,
/// resumptions and terminations a moment later.
/// </summary>
/// <param name="client">The client of a worker or of a trigger function.</param>
/// <param name="registry">What can be scheduled.</param>
public sealed class ClientAdapter(DurableTaskClient client, DurableRegistry registry) : DurableClient
{
    private static readonly OrchestrationRuntimeStatus[] AnyStatus =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    public override async Task ScheduleAsync<TInput, TOutput>(
        OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId,
        DateTimeOffset? startAt = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        registry.EnsureOrchestrator(orchestrator.Name);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                orchestrator.Name, Wire.Write(input), new StartOrchestrationOptions(instanceId, startAt).WithDedupeStatuses(AnyStatus), cancellation);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            throw new InstanceExistsException(instanceId);
        }
    }

    public override async Task RaiseEventAsync<TPayload>(
        string instanceId, EventName<TPayload> name, TPayload payload, CancellationToken cancellation = default)
    {
        await ExistingAsync(instanceId, cancellation);
        await client.RaiseEventAsync(instanceId, name.Name, Wire.Write(payload), cancellation);
    }

    public override async Task<InstanceState?> GetAsync(string instanceId, CancellationToken cancellation = default) =>
        await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellation) is { } found ? InstanceReader.Read(found) : null;

    /// <inheritdoc/>
    /// <remarks>Back ends promise no order: the keys of all matching instances are read for each page.</remarks>
    public override async Task<InstancePage> ListAsync(InstanceQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.PageSize);
        var keys = new List<string>();
        var filter = new OrchestrationQuery(
            query.CreatedFrom, query.CreatedTo, query.Statuses.Count == 0 ? null : query.Statuses.Select(InstanceReader.Write), null, query.Prefix);
        await foreach (var found in client.GetAllInstancesAsync(filter).WithCancellation(cancellation))
        {
            // Entities are instances too, and back ends compare prefixes without regard to case.
            if (!found.InstanceId.StartsWith('@') && found.InstanceId.StartsWith(query.Prefix, StringComparison.Ordinal))
                keys.Add(string.Create(CultureInfo.InvariantCulture, $"{found.CreatedAt.UtcTicks:D19} {found.InstanceId}"));
        }
        keys.Sort(StringComparer.Ordinal);
        keys.RemoveAll(key => string.CompareOrdinal(key, query.Continuation) <= 0);
        var page = keys.Take(query.PageSize).ToList();
        var instances = new List<InstanceState>();
        foreach (var key in page)
        {
            if (await GetAsync(key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..], cancellation) is { } instance)
                instances.Add(instance);
        }
        return new(instances, keys.Count > page.Count ? page[^1] : null);
    }

    public override async Task<InstanceState> WaitAsync(string instanceId, CancellationToken cancellation = default)
    {
        await ExistingAsync(instanceId, cancellation);
        return InstanceReader.Read(await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, cancellation));
    }

    public override async Task TerminateAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        await ExistingAsync(instanceId, cancellation);
        await client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason, Recursive: true), cancellation);
    }

    public override async Task SuspendAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        await ExistingAsync(instanceId, cancellation);
        await client.SuspendInstanceAsync(instanceId, reason, cancellation);
    }

    public override async Task ResumeAsync(string instanceId, CancellationToken cancellation = default)
    {
        await ExistingAsync(instanceId, cancellation);
        await client.ResumeInstanceAsync(instanceId, cancellation: cancellation);
    }

    public override async Task<bool> PurgeAsync(string instanceId, CancellationToken cancellation = default)
    {
        if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellation) is not { } found)
            return false;
        if (!found.IsCompleted)
        {
            throw new InvalidOperationException(
                $"Instance '{instanceId}' has not ended, and only what has ended can be purged: terminate it first.");
        }
        return (await client.PurgeInstanceAsync(instanceId, new PurgeInstanceOptions(Recursive: true), cancellation)).PurgedInstanceCount > 0;
    }

    public override async Task<TState?> ReadEntityAsync<TState>(EntityId entity, CancellationToken cancellation = default) where TState : class
    {
        var found = await client.Entities.GetEntityAsync(new EntityInstanceId(entity.Name, entity.Key), includeState: true, cancellation);
        return found is { IncludesState: true } ? DurableJson.Deserialize<TState>(found.State.Value) : null;
    }

    private async Task ExistingAsync(string instanceId, CancellationToken cancellation)
    {
        if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellation) is null)
            throw new InstanceNotFoundException(instanceId);
    }
}
