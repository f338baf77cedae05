using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>
/// The code of one generation of an instance, alive in memory: it takes turns, and stands still between them.
/// It knows nothing of how turns are recorded.
/// </summary>
internal sealed class Execution
{
    private readonly OrchestratorEntry orchestrator;
    private readonly string? input;
    private readonly EmbeddedContext context;
    private readonly TurnScheduler scheduler;
    private Task<string?>? running;

    /// <param name="facts">Which instance this is.</param>
    /// <param name="orchestrator">Its code.</param>
    /// <param name="input">Its input, as JSON.</param>
    /// <param name="logger">Where its own log lines go, but for those of replayed turns.</param>
    /// <param name="wentAstray">Called, on any thread, when the code came back from awaiting something that is not of its context.</param>
    public Execution(ExecutionFacts facts, OrchestratorEntry orchestrator, string? input, ILogger logger, Action wentAstray)
    {
        this.orchestrator = orchestrator;
        this.input = input;
        scheduler = new(() =>
        {
            WentAstray = true;
            wentAstray();
        });
        context = new(facts, scheduler, logger);
    }

    public bool WentAstray { get; private set; }

    public TurnOutcome TakeTurn(DateTimeOffset time, IReadOnlyList<Message> messages, bool replaying)
    {
        context.BeginTurn(time, replaying);
        var escaped = RunSteps(messages);
        var (actions, status) = context.EndTurn();
        return new(actions, status, escaped ?? End());
    }

    private Failed? RunSteps(IReadOnlyList<Message> messages)
    {
        try
        {
            scheduler.RunTurn(Steps(messages));
            return null;
        }
        // The edge of the turn: what code throws where no task can carry it (async void, a callback) fails its instance, not the engine.
        catch (Exception exception)
        {
            running ??= Task.FromException<string?>(exception);
            return new(Failure.From(exception));
        }
    }

    private IEnumerable<Action> Steps(IReadOnlyList<Message> messages)
    {
        if (running is null)
            yield return () => running = orchestrator.Run(context, input);
        foreach (var message in messages)
            yield return () => context.Receive(message, codeHasEnded: running!.IsCompleted);
    }

    private TurnEnd? End()
    {
        if (WentAstray)
            return Astray();
        if (!running!.IsCompleted)
            return context.IsWaiting ? null : Astray();
        try
        {
            var output = running.GetAwaiter().GetResult();
            return context.TryContinueAsNew(out var again) ? again : new Completed(output);
        }
        // The edge of the turn: whatever the orchestrator throws is how its instance fails.
        catch (Exception exception)
        {
            return new Failed(Failure.From(exception));
        }
    }

    private Failed Astray()
    {
        WentAstray = true;
        return new(Failure.From(new InvalidOperationException(
            $"Orchestrator '{orchestrator.Name}' awaited something that its context did not give it{context.LastAction}. " +
            "Await only what OrchestrationContext returns: put other work into an activity, use context.Timer in place of Task.Delay " +
            "and Cancel in place of CancelAsync, and do not use ConfigureAwait(false) or Task.Run.")));
    }
}

/// <summary>What code may know about the instance that it runs for.</summary>
internal sealed record ExecutionFacts(string InstanceId, int Generation);
