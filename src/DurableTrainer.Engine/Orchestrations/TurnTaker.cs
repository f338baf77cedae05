using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>
/// Takes turns of instances: replays what is not in memory, runs the code on, and in tests checks that it would do the same again.
/// </summary>
/// <param name="options">The code, and whether to check.</param>
/// <param name="wentAstray">Called, on any thread, for an instance whose code awaited something that is not of its context.</param>
internal sealed class TurnTaker(EngineOptions options, Action<Instance> wentAstray)
{
    private readonly ILogger logger =
        options.Loggers?.CreateLogger("DurableTrainer.Orchestrations") ?? (ILogger)NullLogger.Instance;

    private readonly AwakeInstances awake = new(options.InstancesInMemory);

    public bool Knows(string orchestrator) => options.Registry.Orchestrators.ContainsKey(orchestrator);

    public TurnTaken TakeTurn(Instance instance, DateTimeOffset now)
    {
        // Time never runs backwards within an instance, whatever is done to the clock of the machine.
        var time = now > instance.UpdatedAt ? now : instance.UpdatedAt;
        var outcome = Run(instance, time);
        awake.Ran(instance);
        return new(instance.Id, time, outcome.Actions, outcome.Status, outcome.End);
    }

    private TurnOutcome Run(Instance instance, DateTimeOffset time)
    {
        if (!options.Registry.Orchestrators.TryGetValue(instance.Orchestrator, out var orchestrator))
            return Failure(new ArgumentException($"There is no orchestrator '{instance.Orchestrator}' registered."));
        try
        {
            instance.Execution ??= Replay(instance, orchestrator, () => wentAstray(instance));
            var outcome = instance.Execution.TakeTurn(time, instance.Inbox, replaying: false);
            // What other threads do is not repeated, and has failed the instance already.
            if (options.CheckReplay && !instance.Execution.WentAstray)
            {
                var again = Replay(instance, orchestrator, static () => { }).TakeTurn(time, instance.Inbox, replaying: true);
                ReplayCheck.Compare(instance.Id, instance.History.Count + 1, outcome.Actions, again, outcome.End);
            }
            return outcome;
        }
        catch (NonDeterminismException exception)
        {
            logger.LogError("{Message}", exception.Message);
            return Failure(exception);
        }
    }

    private Execution Replay(Instance instance, OrchestratorEntry orchestrator, Action astray)
    {
        var execution = new Execution(new(instance.Id, instance.Generation), orchestrator, instance.Input, logger, astray);
        for (var i = 0; i < instance.History.Count; i++)
        {
            var turn = instance.History[i];
            var outcome = execution.TakeTurn(turn.Time, turn.Messages, replaying: true);
            ReplayCheck.Compare(instance.Id, i + 1, turn.Actions, outcome, recordedEnd: null);
        }
        return execution;
    }

    private static TurnOutcome Failure(Exception exception) => new([], null, new Failed(Durable.Failure.From(exception)));
}
