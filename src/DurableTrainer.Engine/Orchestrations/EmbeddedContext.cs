using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>The context of one execution: turns what the code asks for into numbered actions, and messages into results.</summary>
internal sealed partial class EmbeddedContext : OrchestrationContext
{
    private readonly ExecutionFacts facts;
    private readonly TurnScheduler scheduler;
    private readonly Dictionary<int, TaskCompletionSource<CallEnded>> calls = [];
    private readonly Dictionary<int, PendingTimer> timers = [];
    private readonly EventBuffer events = new();
    private List<TurnAction> actions = [];
    private string? status;
    private TurnAction? lastAction;
    private int lastCall;
    private int guids;
    private int callsInFlight;
    private (bool Asked, string? Input) continuation;
    private DateTimeOffset now;
    private bool replaying;

    public EmbeddedContext(ExecutionFacts facts, TurnScheduler scheduler, ILogger logger)
    {
        (this.facts, this.scheduler) = (facts, scheduler);
        Logger = new ReplaySafeLogger(logger, () => replaying);
    }

    public override string InstanceId => facts.InstanceId;

    public override DateTimeOffset UtcNow => now;

    public override bool IsReplaying => replaying;

    public override ILogger Logger { get; }

    /// <summary>Whether something is open that will complete a task of this context.</summary>
    public bool IsWaiting => calls.Count > 0 || timers.Count > 0 || events.HasWaiters;

    /// <summary>For messages: where the code was when it was last heard of.</summary>
    public string LastAction => lastAction is null ? ", before asking its context for anything" : $", after {lastAction.WithoutInput()}";

    public void BeginTurn(DateTimeOffset time, bool isReplayed) => (now, replaying) = (time, isReplayed);

    public (IReadOnlyList<TurnAction> Actions, string? Status) EndTurn()
    {
        var turn = (actions, status);
        (actions, status) = ([], null);
        return turn;
    }

    public void Receive(Message message, bool codeHasEnded)
    {
        switch (message)
        {
            case CallEnded ended when calls.Remove(ended.Call, out var call):
                call.SetResult(ended);
                break;
            case TimerFired fired when timers.Remove(fired.Call, out var timer):
                timer.Complete();
                break;
            // Once the code has ended nobody takes events any more: they go to the next generation, if there is one.
            case EventRaised raised:
                events.Receive(raised, keep: codeHasEnded);
                break;
        }
    }

    public override Guid NewGuid()
    {
        EnsureInTurn();
        var name = string.Create(CultureInfo.InvariantCulture, $"{InstanceId}/{facts.Generation}/{++guids}");
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        // RFC 9562, version 8: a name-based identifier with a hash of the maker's choice.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    public override void SetStatus(object status)
    {
        EnsureInTurn();
        this.status = WriteStatus(status);
    }

    public override void ContinueAsNew(object input)
    {
        EnsureInTurn();
        EnsureNothingInFlight();
        continuation = (true, DurableJson.Serialize(input));
    }

    /// <exception cref="InvalidOperationException">It was asked for, and calls were made after that.</exception>
    public bool TryContinueAsNew(out ContinuedAsNew? again)
    {
        again = null;
        if (!continuation.Asked)
            return false;
        EnsureNothingInFlight();
        again = new(continuation.Input, events.Untaken);
        return true;
    }

    private void EnsureNothingInFlight()
    {
        if (callsInFlight > 0)
        {
            throw new InvalidOperationException(
                $"Instance '{InstanceId}' cannot continue as new while {callsInFlight} of its activities, entity calls or sub-orchestrations " +
                "are in flight: await them first.");
        }
    }

    private void EnsureInTurn()
    {
        if (!scheduler.IsInTurn)
        {
            throw new InvalidOperationException(
                $"The context of instance '{InstanceId}' was used outside of its turn: only its orchestrator may, and only between awaits " +
                "of what the context returned.");
        }
    }

    private T Ask<T>(T action) where T : TurnAction
    {
        actions.Add(action);
        lastAction = action;
        return action;
    }
}
