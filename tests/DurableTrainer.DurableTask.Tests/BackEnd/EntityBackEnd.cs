using System.Collections.Concurrent;
using System.Threading.Channels;
using DurableTask.Core;
using DurableTask.Core.Entities;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.DurableTask.Testing.Sidecar;

namespace DurableTrainer.DurableTask.Tests.BackEnd;

/// <summary>
/// The published back end in memory, with what those for production have beyond it: entities, messages kept that come before the start
/// of their instance, and children that end and go with their parents.
/// </summary>
internal sealed class EntityBackEnd : IEntityOrchestrationService, IOrchestrationServiceClient, IOrchestrationServiceQueryClient,
    IOrchestrationServicePurgeClient, IDisposable
{
    private readonly InMemoryOrchestrationService inner = new();
    private readonly Channel<TaskOrchestrationWorkItem> orchestrations = Channel.CreateUnbounded<TaskOrchestrationWorkItem>();
    private readonly Channel<TaskOrchestrationWorkItem> entities = Channel.CreateUnbounded<TaskOrchestrationWorkItem>();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<TaskMessage>> early = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> children = new();
    private readonly CancellationTokenSource stop = new();

    public EntityBackendProperties EntityBackendProperties { get; } = new()
    {
        EntityMessageReorderWindow = TimeSpan.FromMinutes(30),
        MaxConcurrentTaskEntityWorkItems = 100,
        SupportsImplicitEntityDeletion = false,
        MaximumSignalDelayTime = TimeSpan.FromDays(6),
        UseSeparateQueueForEntityWorkItems = true,
    };

    public EntityBackendQueries EntityBackendQueries => field ??= new EntityReader(inner);

    public int TaskOrchestrationDispatcherCount => 1;

    public int MaxConcurrentTaskOrchestrationWorkItems => 100;

    public int TaskActivityDispatcherCount => 1;

    public int MaxConcurrentTaskActivityWorkItems => 100;

    public BehaviorOnContinueAsNew EventBehaviourForContinueAsNew => inner.EventBehaviourForContinueAsNew;

    public Task StartAsync()
    {
        _ = SortAsync();
        return inner.StartAsync();
    }

    public Task StopAsync() => StopAsync(false);

    public Task StopAsync(bool isForced)
    {
        stop.Cancel();
        return inner.StopAsync(isForced);
    }

    public Task<TaskOrchestrationWorkItem> LockNextOrchestrationWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        orchestrations.Reader.ReadAsync(cancellationToken).AsTask();

    public Task<TaskOrchestrationWorkItem> LockNextEntityWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        entities.Reader.ReadAsync(cancellationToken).AsTask();

    public Task<TaskOrchestrationWorkItem> LockNextTaskOrchestrationWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Entities have a queue of their own.");

    public Task CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem, OrchestrationRuntimeState newOrchestrationRuntimeState, IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages, IList<TaskMessage> timerMessages, TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        foreach (var started in orchestratorMessages.Select(message => message.Event).OfType<ExecutionStartedEvent>())
            children.GetOrAdd(workItem.InstanceId, _ => new()).Enqueue(started.OrchestrationInstance.InstanceId);
        // The back end locks an instance and, inside that lock, those that it sends to: one turn at a time, or two lock each other out.
        lock (children)
        {
            return inner.CompleteTaskOrchestrationWorkItemAsync(
                workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, timerMessages, continuedAsNewMessage,
                orchestrationState);
        }
    }

    public async Task ForceTerminateTaskOrchestrationAsync(string instanceId, string reason)
    {
        await inner.ForceTerminateTaskOrchestrationAsync(instanceId, reason);
        foreach (var child in children.GetValueOrDefault(instanceId) ?? [])
            await ForceTerminateTaskOrchestrationAsync(child, reason);
    }

    public async Task<PurgeResult> PurgeInstanceStateAsync(string instanceId)
    {
        var purged = await inner.PurgeInstanceStateAsync(instanceId);
        if (purged.DeletedInstanceCount > 0 && children.TryRemove(instanceId, out var gone))
        {
            foreach (var child in gone)
                await PurgeInstanceStateAsync(child);
        }
        return purged;
    }

    // The back end takes no time limit that is longer than a timer's longest.
    public Task<OrchestrationState> WaitForOrchestrationAsync(string instanceId, string executionId, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.WaitForOrchestrationAsync(instanceId, executionId, timeout == TimeSpan.MaxValue ? TimeSpan.Zero : timeout, cancellationToken);

    public void Dispose() => stop.Dispose();

    public Task CreateAsync() => inner.CreateAsync();

    public Task CreateAsync(bool recreateInstanceStore) => inner.CreateAsync(recreateInstanceStore);

    public Task CreateIfNotExistsAsync() => inner.CreateIfNotExistsAsync();

    public Task DeleteAsync() => inner.DeleteAsync();

    public Task DeleteAsync(bool deleteInstanceStore) => inner.DeleteAsync(deleteInstanceStore);

    public bool IsMaxMessageCountExceeded(int currentMessageCount, OrchestrationRuntimeState runtimeState) => false;

    public int GetDelayInSecondsAfterOnProcessException(Exception exception) => inner.GetDelayInSecondsAfterOnProcessException(exception);

    public int GetDelayInSecondsAfterOnFetchException(Exception exception) => inner.GetDelayInSecondsAfterOnFetchException(exception);

    public Task RenewTaskOrchestrationWorkItemLockAsync(TaskOrchestrationWorkItem workItem) => inner.RenewTaskOrchestrationWorkItemLockAsync(workItem);

    public Task AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem) => inner.AbandonTaskOrchestrationWorkItemAsync(workItem);

    public Task ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem) => inner.ReleaseTaskOrchestrationWorkItemAsync(workItem);

    public Task<TaskActivityWorkItem> LockNextTaskActivityWorkItem(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        inner.LockNextTaskActivityWorkItem(receiveTimeout, cancellationToken);

    public Task<TaskActivityWorkItem> RenewTaskActivityWorkItemLockAsync(TaskActivityWorkItem workItem) =>
        inner.RenewTaskActivityWorkItemLockAsync(workItem);

    public Task CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage) =>
        inner.CompleteTaskActivityWorkItemAsync(workItem, responseMessage);

    public Task AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem) => inner.AbandonTaskActivityWorkItemAsync(workItem);

    public Task CreateTaskOrchestrationAsync(TaskMessage creationMessage) => inner.CreateTaskOrchestrationAsync(creationMessage);

    public Task CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[] dedupeStatuses) =>
        inner.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses);

    public Task SendTaskOrchestrationMessageAsync(TaskMessage message) => inner.SendTaskOrchestrationMessageAsync(message);

    public Task SendTaskOrchestrationMessageBatchAsync(params TaskMessage[] messages) => inner.SendTaskOrchestrationMessageBatchAsync(messages);

    public Task<IList<OrchestrationState>> GetOrchestrationStateAsync(string instanceId, bool allExecutions) =>
        inner.GetOrchestrationStateAsync(instanceId, allExecutions);

    public Task<OrchestrationState> GetOrchestrationStateAsync(string instanceId, string executionId) =>
        inner.GetOrchestrationStateAsync(instanceId, executionId);

    public Task<string> GetOrchestrationHistoryAsync(string instanceId, string executionId) =>
        inner.GetOrchestrationHistoryAsync(instanceId, executionId);

    public Task PurgeOrchestrationHistoryAsync(DateTime thresholdDateTimeUtc, OrchestrationStateTimeRangeFilterType timeRangeFilterType) =>
        inner.PurgeOrchestrationHistoryAsync(thresholdDateTimeUtc, timeRangeFilterType);

    public Task<OrchestrationQueryResult> GetOrchestrationWithQueryAsync(OrchestrationQuery query, CancellationToken cancellationToken) =>
        inner.GetOrchestrationWithQueryAsync(query, cancellationToken);

    public Task<PurgeResult> PurgeInstanceStateAsync(PurgeInstanceFilter purgeInstanceFilter) => inner.PurgeInstanceStateAsync(purgeInstanceFilter);

    private async Task SortAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var item = await inner.LockNextTaskOrchestrationWorkItemAsync(Timeout.InfiniteTimeSpan, stop.Token);
            var starts = item.NewMessages.Any(message => message.Event is ExecutionStartedEvent);
            if (item.InstanceId.StartsWith('@'))
            {
                if (item.OrchestrationRuntimeState.ExecutionStartedEvent is null)
                    item.NewMessages.Insert(0, Start(item.InstanceId));
                entities.Writer.TryWrite(item);
            }
            else if (item.OrchestrationRuntimeState.ExecutionStartedEvent is null && !starts)
            {
                foreach (var message in item.NewMessages)
                    early.GetOrAdd(item.InstanceId, _ => new()).Enqueue(message);
                await inner.ReleaseTaskOrchestrationWorkItemAsync(item);
            }
            else
            {
                if (starts && early.TryRemove(item.InstanceId, out var kept))
                    item.NewMessages = [.. item.NewMessages, .. kept];
                orchestrations.Writer.TryWrite(item);
            }
        }
    }

    private static TaskMessage Start(string entity)
    {
        var instance = new OrchestrationInstance { InstanceId = entity, ExecutionId = entity };
        return new() { OrchestrationInstance = instance, Event = new ExecutionStartedEvent(-1, null) { OrchestrationInstance = instance, Name = entity } };
    }
}
