using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Orchestrations;

/// <content>Calls, signals, timers and events.</content>
internal sealed partial class EmbeddedContext
{
    public override async Task<TOutput> CallAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy? retry = null)
    {
        EnsureInTurn();
        var json = DurableJson.Serialize(input);
        callsInFlight++;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var ended = await Call(call => new CallActivity(call, activity.Name, attempt, json));
                if (ended.Failure is not { } failure)
                    return DurableJson.Deserialize<TOutput>(ended.Output);
                if (retry?.DelayAfter(attempt, failure) is not { } delay)
                    throw new ActivityFailedException(activity.Name, failure);
                await Timer(delay);
            }
        }
        finally
        {
            callsInFlight--;
        }
    }

    public override async Task<TOutput> CallAsync<TInput, TOutput>(OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId)
    {
        EnsureInTurn();
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        var json = DurableJson.Serialize(input);
        callsInFlight++;
        var ended = await Call(call => new CallChild(call, orchestrator.Name, instanceId, json));
        callsInFlight--;
        return ended.Failure is { } failure
            ? throw new SubOrchestrationFailedException(instanceId, failure)
            : DurableJson.Deserialize<TOutput>(ended.Output);
    }

    public override async Task<TOutput> CallAsync<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input)
    {
        EnsureInTurn();
        var json = DurableJson.Serialize(input);
        callsInFlight++;
        var ended = await Call(call => new CallEntity(call, entity.Name, entity.Key, operation.Name, json));
        callsInFlight--;
        return ended.Failure is { } failure
            ? throw new EntityFailedException(entity, operation.Name, failure)
            : DurableJson.Deserialize<TOutput>(ended.Output);
    }

    public override void Signal<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input)
    {
        EnsureInTurn();
        Ask(new SignalEntity(++lastCall, entity.Name, entity.Key, operation.Name, DurableJson.Serialize(input)));
    }

    public override Task Timer(TimeSpan delay, CancellationToken cancellation = default)
    {
        EnsureInTurn();
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled(cancellation);
        var timer = Ask(new StartTimer(++lastCall, Later(delay)));
        var pending = new PendingTimer();
        timers.Add(timer.Call, pending);
        pending.CancelWith(
            () =>
            {
                EnsureInTurn();
                if (timers.Remove(timer.Call))
                    Ask(new CancelTimer(timer.Call));
            },
            cancellation);
        return pending.Task;
    }

    public override async Task<TPayload> WaitForEvent<TPayload>(EventName<TPayload> name, CancellationToken cancellation = default)
    {
        EnsureInTurn();
        return DurableJson.Deserialize<TPayload>(await events.Take(name.Name, cancellation));
    }

    // No task of its own kind completes asynchronously: continuations run inside the turn, in the order of the messages.
    private Task<CallEnded> Call(Func<int, TurnAction> action)
    {
        var call = ++lastCall;
        Ask(action(call));
        var completion = new TaskCompletionSource<CallEnded>();
        calls.Add(call, completion);
        return completion.Task;
    }

    private DateTimeOffset Later(TimeSpan delay) =>
        delay > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : delay < TimeSpan.Zero ? now : now + delay;
}
