using DurableTrainer.Durable;
using DurableTrainer.Engine.Activities;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;
using DurableTrainer.Engine.Timers;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Engine.Loop;

/// <content>What the loop does by itself: turns, operations, timers, activities, and what follows once it is durable.</content>
internal sealed partial class EngineLoop
{
    // Longer than any TimeProvider can count at once is cut into pieces.
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromDays(1);

    private void TakeTurn(Instance instance)
    {
        instance.Queued = false;
        if (!instance.HasTurnToTake)
            return;
        if (!turns.Knows(instance.Orchestrator) && instance.Recovered)
        {
            logger.LogError(
                "Instance '{Instance}' waits: its orchestrator '{Orchestrator}' is not registered in this process",
                instance.Id, instance.Orchestrator);
            return;
        }
        Record(turns.TakeTurn(instance, Now()));
    }

    private void RunOperation(EntityState entity)
    {
        entity.Queued = false;
        if (entity.Mailbox.Count == 0)
            return;
        if (!entities.Knows(entity.Id.Name) && entity.Recovered)
        {
            logger.LogError("Entity {Entity} has operations waiting, and is not registered in this process", entity.Id);
            return;
        }
        Record(entities.RunNext(entity));
    }

    private void FireTimers()
    {
        var now = Now();
        while (state.Timers.TryTakeDue(now, out var timer))
        {
            if (timer.Call == TimerQueue.Start)
                state.StartNow(timer.Instance);
            else
                Record(new MessageArrived(timer.Instance.Id, new TimerFired(timer.Call)));
        }
    }

    private void SetAlarm()
    {
        if (!MayBegin || state.Timers.NextDue is not { } due || due == alarmAt)
            return;
        alarmAt = due;
        var delay = due - Now();
        alarm!.Change(delay < TimeSpan.Zero ? TimeSpan.Zero : delay < LongestAlarm ? delay : LongestAlarm, Timeout.InfiniteTimeSpan);
    }

    private void DispatchNewActivities()
    {
        if (state.NewActivities.Count == 0)
            return;
        foreach (var attempt in state.NewActivities)
        {
            if (pump.Knows(attempt.Call.Name))
            {
                WhenDurable(new(() => pump.Dispatch(attempt)));
            }
            else if (attempt.Recovered)
            {
                logger.LogError(
                    "Instance '{Instance}' waits: its activity '{Activity}' is not registered in this process",
                    attempt.Instance.Id, attempt.Call.Name);
            }
            else
            {
                var failure = new Failure(typeof(ArgumentException).FullName!, $"There is no activity '{attempt.Call.Name}' registered.");
                Record(new MessageArrived(attempt.Instance.Id, new CallEnded(attempt.Call.Call, null, failure)));
            }
        }
        state.NewActivities.Clear();
    }

    private void Receive(AttemptOutcome outcome)
    {
        pump.Release(outcome);
        var (attempt, result) = outcome;
        if (halted is not null || result is null)
            return;
        if (!attempt.IsCurrent)
        {
            logger.LogInformation(
                "A late outcome of {Attempt} of instance '{Instance}' was refused", attempt.Call.WithoutInput(), attempt.Instance.Id);
            return;
        }
        Record(new MessageArrived(attempt.Instance.Id, result));
    }

    private void MarkAstray(Instance instance) => Post(() => state.MarkReady(instance));

    private void AnswerWatchers()
    {
        if (state.NewlyEnded.Count == 0)
            return;
        foreach (var instance in state.NewlyEnded)
        {
            if (instance.Watchers.Count == 0)
                continue;
            var (watchers, result) = (instance.TakeWatchers().ToArray(), instance.ToPublic());
            WhenDurable(new(
                () => Array.ForEach(watchers, watcher => watcher.TrySetResult(result)),
                reason => Array.ForEach(watchers, watcher => watcher.TrySetException(reason)))
            {
                IsPatient = true,
            });
        }
        state.NewlyEnded.Clear();
    }

    /// <summary>Does something visible from outside once everything appended so far is on disk.</summary>
    public void WhenDurable(Effect effect) => effects.Enqueue(effect with { Position = journal!.Appended });

    private void ReleaseEffects()
    {
        var position = Volatile.Read(ref durable);
        while (effects.TryPeek(out var next) && next.Position <= position)
        {
            effects.Dequeue();
            next.Release();
        }
    }

    /// <param name="Release">What to do then.</param>
    /// <param name="Refuse">What to do when the engine stops before; null when nobody waits.</param>
    internal readonly record struct Effect(Action Release, Action<Exception>? Refuse = null)
    {
        /// <summary>Whether who waits goes on waiting while the disk is full.</summary>
        public bool IsPatient { get; init; }

        /// <summary>How many records must be on disk first.</summary>
        public long Position { get; init; }
    }
}
