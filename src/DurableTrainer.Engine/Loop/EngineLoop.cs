using DurableTrainer.Durable;
using DurableTrainer.Engine.Activities;
using DurableTrainer.Engine.Entities;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Orchestrations;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.Recovery;
using DurableTrainer.Engine.State;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Engine.Loop;

/// <summary>
/// The one thread that changes the engine's state. Everything else posts work to it: clients, the journal, timers, activities.
/// A change is applied and appended at once, so that the next one builds on it; what the world outside sees of it — an answer, a
/// started activity — waits until the journal has it on disk.
/// </summary>
internal sealed partial class EngineLoop : IDisposable
{
    // Between two looks at what has been posted; keeps clients served while many turns are ready.
    private const int TurnsInARow = 64;

    private readonly EngineState state;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ActivityPump pump;
    private readonly EntityRunner entities;
    private readonly TurnTaker turns;
    private readonly Action<DiskFullException?>? spaceChanged;
    private readonly WorkQueue queue = new();
    private readonly Queue<Effect> effects = [];
    private readonly Thread thread;
    private readonly TaskCompletionSource fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJournal? journal;
    private ITimer? alarm;
    private long durable;
    private DateTimeOffset? alarmAt;
    private bool started;
    private bool stopping;
    private bool finished;
    private Exception? halted;
    private DiskFullException? full;

    public EngineLoop(EngineState state, EngineOptions options)
    {
        this.state = state;
        time = options.Time;
        logger = options.Loggers?.CreateLogger("DurableTrainer.Engine") ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        pump = new(options.Registry, options.DefaultActivityConcurrency, outcome => Post(() => Receive(outcome)));
        entities = new(options.Registry);
        turns = new(options, MarkAstray);
        spaceChanged = options.SpaceChanged;
        thread = new(Run) { IsBackground = true, Name = "engine" };
    }

    public EngineState State => state;

    public Task Fault => fault.Task;

    /// <summary>Completes when the loop has ended and the journal is closed.</summary>
    public Task Ended => ended.Task;

    public void Begin(IJournal opened)
    {
        journal = opened;
        alarm = time.CreateTimer(_ => Post(() => alarmAt = null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        thread.Start();
    }

    public void StartTurns() => Post(() => started = true);

    /// <summary>To be called by the journal when so many records are on disk.</summary>
    public void NoteDurable(long records) => Volatile.Write(ref durable, records);

    public DateTimeOffset Now() => time.GetUtcNow();

    /// <summary>
    /// Applies a record and puts it into the journal. In the loop only, and never where its exceptions are caught: state and journal
    /// differ then, and the engine must stop.
    /// </summary>
    private void Record(Record record)
    {
        state.Apply(record);
        journal!.Append(record);
        AnswerWatchers();
    }

    public void Stop() => Post(() =>
    {
        if (stopping)
            return;
        stopping = true;
        pump.StopAsync().ContinueWith(_ => Post(() => finished = true), TaskScheduler.Default);
    });

    public void Halt(Exception reason) => Post(() => Break(reason));

    /// <summary>The disk is full: nothing is begun until <see cref="GoOn"/>, and what is asked is refused.</summary>
    public void Pause(DiskFullException reason) => Post(() =>
    {
        full = reason;
        logger.LogError("{Message}", reason.Message);
        RefuseImpatient(reason);
        spaceChanged?.Invoke(reason);
    });

    /// <summary>There is space again.</summary>
    public void GoOn() => Post(() =>
    {
        full = null;
        logger.LogInformation("The disk has space again; the engine goes on");
        spaceChanged?.Invoke(null);
    });

    public void Post(Action action) => queue.TryPost(new(action));

    public void Dispose()
    {
        alarm?.Dispose();
        pump.Dispose();
        journal?.Dispose();
    }

    private void Break(Exception reason)
    {
        if (halted is not null || finished)
            return;
        halted = reason;
        stopping = true;
        fault.TrySetException(reason);
        _ = fault.Task.Exception;
        logger.LogError(reason, "The engine has stopped");
        RefuseAll(new(reason));
        pump.StopAsync().ContinueWith(_ => Post(() => finished = true), TaskScheduler.Default);
    }

    private void Run()
    {
        var work = new List<Work>();
        while (!finished)
        {
            work.Clear();
            work = queue.Take(work, wait: !HasTurns);
            foreach (var item in work)
            {
                if (item.Refuse is { } refuse && Refusal is { } reason)
                    refuse(reason);
                else
                    Guard(item.Run, item.Refuse);
            }
            Guard(Progress);
            Guard(ReleaseEffects);
            Guard(SetAlarm);
        }
        End();
    }

    /// <summary>Why nothing may be asked now; null when it may.</summary>
    private DurableException? Refusal => halted is null ? full : new EngineStoppedException(halted);

    // The edge of the engine: an error of its own stops it where Fault shows why, and does not take the whole process with it.
    private void Guard(Action step, Action<Exception>? refuse = null)
    {
        try
        {
            step();
        }
        catch (Exception exception)
        {
            Break(exception);
            refuse?.Invoke(new EngineStoppedException(halted));
        }
    }

    private bool MayBegin => started && !stopping && full is null;

    private bool HasTurns => MayBegin && (state.ReadyInstances.Count > 0 || state.ReadyEntities.Count > 0);

    private void Progress()
    {
        if (!MayBegin)
            return;
        FireTimers();
        for (var n = 0; n < TurnsInARow && HasTurns; n++)
        {
            if (state.ReadyEntities.TryDequeue(out var entity))
                RunOperation(entity);
            if (state.ReadyInstances.TryDequeue(out var instance))
                TakeTurn(instance);
        }
        DispatchNewActivities();
        if (journal!.WantsSnapshot)
            journal.AppendSnapshot(Snapshot.Of(state));
    }

    private void End()
    {
        journal!.Close();
        ReleaseEffects();
        // Closed before there was space: what it had recorded since then is gone, and that is a fault.
        if (full is not null && halted is null)
        {
            fault.TrySetException(halted = full);
            _ = fault.Task.Exception;
        }
        var reason = new EngineStoppedException(halted);
        foreach (var item in queue.Close())
            item.Refuse?.Invoke(reason);
        RefuseAll(reason);
        Dispose();
        fault.TrySetResult();
        ended.TrySetResult();
    }

    private void RefuseImpatient(DiskFullException reason)
    {
        for (var left = effects.Count; left > 0; left--)
        {
            var effect = effects.Dequeue();
            if (effect.Refuse is { } refuse && !effect.IsPatient)
                refuse(reason);
            else
                effects.Enqueue(effect);
        }
    }

    private void RefuseAll(EngineStoppedException reason)
    {
        foreach (var effect in effects)
            effect.Refuse?.Invoke(reason);
        effects.Clear();
        foreach (var watcher in state.ByAge.SelectMany(instance => instance.Watchers))
            watcher.TrySetException(reason);
    }
}
