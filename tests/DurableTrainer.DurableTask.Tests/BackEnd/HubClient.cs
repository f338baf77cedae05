using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using OrchestrationQuery = Microsoft.DurableTask.Client.OrchestrationQuery;
using PurgeResult = Microsoft.DurableTask.Client.PurgeResult;

namespace DurableTrainer.DurableTask.Tests.BackEnd;

/// <summary>A client that talks to a back end of the same process, as those that are published talk to one behind a connection.</summary>
internal sealed class HubClient(EntityBackEnd backEnd) : DurableTaskClient("hub")
{
    private int executions;

    public override DurableEntityClient Entities { get; } = new HubEntities(backEnd);

    public override ValueTask DisposeAsync() => default;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var instance = new OrchestrationInstance { InstanceId = options!.InstanceId!, ExecutionId = $"execution {Interlocked.Increment(ref executions)}" };
        var started = new ExecutionStartedEvent(-1, Write(input))
        {
            Name = orchestratorName.Name,
            Version = "",
            OrchestrationInstance = instance,
            ScheduledStartTime = options.StartAt?.UtcDateTime,
        };
        OrchestrationStatus[] refused = [.. options.DedupeStatuses?.Select(Enum.Parse<OrchestrationStatus>) ?? []];
        await backEnd.CreateTaskOrchestrationAsync(new() { OrchestrationInstance = instance, Event = started }, refused);
        return instance.InstanceId;
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new EventRaisedEvent(-1, Write(eventPayload)) { Name = eventName });

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspendedEvent(-1, reason));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumedEvent(-1, reason));

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        backEnd.ForceTerminateTaskOrchestrationAsync(instanceId, Write(options?.Output)!);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        (await backEnd.GetOrchestrationStateAsync(instanceId, allExecutions: false)) is [{ } state, ..] ? Of(state, getInputsAndOutputs) : null;

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        Pageable.Create(async (continuation, _, cancellation) =>
        {
            var found = await backEnd.GetOrchestrationWithQueryAsync(
                new()
                {
                    RuntimeStatus = filter?.Statuses?.Select(status => Enum.Parse<OrchestrationStatus>(status.ToString())).ToList(),
                    CreatedTimeFrom = filter?.CreatedFrom?.UtcDateTime,
                    CreatedTimeTo = filter?.CreatedTo?.UtcDateTime,
                    InstanceIdPrefix = filter?.InstanceIdPrefix,
                    ContinuationToken = continuation,
                },
                cancellation);
            return new Page<OrchestrationMetadata>([.. found.OrchestrationState.Select(state => Of(state, withData: false))], found.ContinuationToken);
        });

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Of(await backEnd.WaitForOrchestrationAsync(instanceId, null!, TimeSpan.MaxValue, cancellation), getInputsAndOutputs);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new((await backEnd.PurgeInstanceStateAsync(instanceId)).DeletedInstanceCount);

    private static string? Write(object? value) => DurableTaskRegistration.Converter.Serialize(value);

    private static OrchestrationMetadata Of(OrchestrationState state, bool withData) => new(state.Name, state.OrchestrationInstance.InstanceId)
    {
        RuntimeStatus = Enum.Parse<OrchestrationRuntimeStatus>(state.OrchestrationStatus.ToString()),
        CreatedAt = state.CreatedTime,
        LastUpdatedAt = state.LastUpdatedTime,
        SerializedInput = withData ? state.Input : null,
        SerializedOutput = withData ? state.Output : null,
        SerializedCustomStatus = withData ? state.Status : null,
        FailureDetails = Of(state.FailureDetails),
        DataConverter = DurableTaskRegistration.Converter,
    };

    private static TaskFailureDetails? Of(FailureDetails? failure) => failure is null
        ? null
        : new(failure.ErrorType, failure.ErrorMessage, failure.StackTrace, Of(failure.InnerFailure), failure.Properties);

    private Task SendAsync(string instanceId, HistoryEvent happened) =>
        backEnd.SendTaskOrchestrationMessageAsync(new() { OrchestrationInstance = new() { InstanceId = instanceId }, Event = happened });
}
