using System.Text.Json;
using DurableTrainer.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using RetryPolicy = DurableTrainer.Durable.RetryPolicy;

namespace DurableTrainer.DurableTask;

/// <summary>The durable surface's context over one of Durable Task, for one execution of an orchestrator.</summary>
/// <param name="inner">The context of a worker or of a trigger function.</param>
internal sealed class ContextAdapter(TaskOrchestrationContext inner) : OrchestrationContext, IDisposable
{
    private readonly EventLines events = new(name => inner.WaitForExternalEvent<JsonElement?>(name));
    private readonly CancellationTokenSource ended = new();
    private int callsInFlight;
    private JsonElement? continuation;

    public override string InstanceId => inner.InstanceId;

    public override DateTimeOffset UtcNow => new(DateTime.SpecifyKind(inner.CurrentUtcDateTime, DateTimeKind.Utc));

    public override bool IsReplaying => inner.IsReplaying;

    public override ILogger Logger => field ??= inner.CreateReplaySafeLogger(inner.Name.Name);

    public override Guid NewGuid() => inner.NewGuid();

    public override async Task<TOutput> CallAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy? retry = null)
    {
        var written = Wire.Write(input);
        callsInFlight++;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var call = Wire.Write(new ActivityCall(attempt, written));
                try
                {
                    return Wire.Read<TOutput>(await inner.CallActivityAsync<JsonElement?>(activity.Name, call));
                }
                catch (TaskFailedException exception)
                {
                    var failure = TaskFailures.Read(exception.FailureDetails);
                    if (retry?.DelayAfter(attempt, failure) is not { } delay)
                        throw new ActivityFailedException(activity.Name, failure);
                    await Timer(delay);
                }
            }
        }
        finally
        {
            callsInFlight--;
        }
    }

    public override async Task<TOutput> CallAsync<TInput, TOutput>(OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        // A back end may take this for a restart of the caller.
        if (instanceId == InstanceId)
            throw new SubOrchestrationFailedException(instanceId, Failure.From(new InstanceExistsException(instanceId)));
        var written = Wire.Write(input);
        callsInFlight++;
        try
        {
            return Wire.Read<TOutput>(await inner.CallSubOrchestratorAsync<JsonElement?>(
                orchestrator.Name, written, new SubOrchestrationOptions(instanceId: instanceId)));
        }
        catch (TaskFailedException exception)
        {
            throw new SubOrchestrationFailedException(instanceId, TaskFailures.Read(exception.FailureDetails));
        }
        finally
        {
            callsInFlight--;
        }
    }

    public override async Task<TOutput> CallAsync<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input)
    {
        var written = Wire.Write(input);
        callsInFlight++;
        try
        {
            return Wire.Read<TOutput>(await inner.Entities.CallEntityAsync<JsonElement?>(
                new EntityInstanceId(entity.Name, entity.Key), operation.Name, written));
        }
        catch (EntityOperationFailedException exception)
        {
            throw new EntityFailedException(entity, operation.Name, TaskFailures.Read(exception.FailureDetails));
        }
        finally
        {
            callsInFlight--;
        }
    }

    // The task is complete: a signal is recorded with the turn.
    public override void Signal<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input) =>
        _ = inner.Entities.SignalEntityAsync(new EntityInstanceId(entity.Name, entity.Key), operation.Name, Wire.Write(input));

    public override async Task Timer(TimeSpan delay, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var due = delay > DateTimeOffset.MaxValue - UtcNow ? DateTimeOffset.MaxValue : delay < TimeSpan.Zero ? UtcNow : UtcNow + delay;
        // Not disposed of: it lives as long as this execution.
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ended.Token);
        await inner.CreateTimer(due.UtcDateTime, either.Token);
    }

    public override async Task<TPayload> WaitForEvent<TPayload>(EventName<TPayload> name, CancellationToken cancellation = default) =>
        Wire.Read<TPayload>(await events.Take(name.Name, cancellation));

    public override void SetStatus(object status) => inner.SetCustomStatus(Wire.Parse(WriteStatus(status)));

    public override void ContinueAsNew(object input)
    {
        EnsureNothingInFlight();
        continuation = Wire.Write(input);
    }

    /// <summary>Starts over where the code asked for it. To be called once the code has returned.</summary>
    /// <exception cref="InvalidOperationException">Calls were made after it had asked.</exception>
    public void ContinueIfAsked()
    {
        if (continuation is not { } input)
            return;
        EnsureNothingInFlight();
        foreach (var (name, payload) in events.Untaken)
            inner.SendEvent(InstanceId, name, payload!);
        inner.ContinueAsNew(input, preserveUnprocessedEvents: true);
    }

    /// <summary>Cancels the timers that are left: Durable Task ends no orchestration before its timers.</summary>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private void EnsureNothingInFlight()
    {
        if (callsInFlight > 0)
            throw new InvalidOperationException($"'{InstanceId}' cannot continue as new with {callsInFlight} calls in flight: await them first.");
    }
}
