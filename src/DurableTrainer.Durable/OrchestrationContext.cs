using System.Text;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Durable;

/// <summary>
/// Everything that an orchestrator may do. All of it is recorded, so that an orchestrator that is run again from the start
/// takes the same way to the same place. Awaiting anything else is an error.
/// </summary>
public abstract class OrchestrationContext
{
    private const int StatusLimitBytes = 16 * 1024;

    public abstract string InstanceId { get; }

    /// <summary>The time of the current turn, the same on replay.</summary>
    public abstract DateTimeOffset UtcNow { get; }

    /// <summary>True while the code runs over what history already holds.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>A logger that is silent while replaying.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>A new identifier, the same on replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>Calls an activity. It runs at least once.</summary>
    /// <exception cref="ActivityFailedException">It failed in every attempt.</exception>
    public abstract Task<TOutput> CallAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy? retry = null);

    /// <summary>
    /// Runs another orchestrator as a child instance with a chosen id. A child that still runs when this orchestrator fails goes on to an
    /// end of its own, which nobody hears of.
    /// </summary>
    /// <exception cref="SubOrchestrationFailedException">The child failed or was terminated.</exception>
    public abstract Task<TOutput> CallAsync<TInput, TOutput>(OrchestratorName<TInput, TOutput> orchestrator, TInput input, string instanceId);

    /// <summary>Calls an operation of an entity and waits for its answer.</summary>
    /// <exception cref="EntityFailedException">The operation threw; the entity's state is unchanged.</exception>
    public abstract Task<TOutput> CallAsync<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input);

    /// <summary>Sends an operation to an entity without waiting.</summary>
    public abstract void Signal<TInput, TOutput>(EntityId entity, EntityOperation<TInput, TOutput> operation, TInput input);

    /// <summary>A durable timer. Cancelling it leaves nothing pending; one in the past completes at once.</summary>
    public abstract Task Timer(TimeSpan delay, CancellationToken cancellation = default);

    /// <summary>
    /// The next event of that name. Events are buffered per name, first in, first out, from before they are waited for,
    /// and those not yet taken survive <see cref="ContinueAsNew"/>.
    /// </summary>
    public abstract Task<TPayload> WaitForEvent<TPayload>(EventName<TPayload> name, CancellationToken cancellation = default);

    /// <summary>Publishes a status for others to read.</summary>
    /// <exception cref="ArgumentException">It is larger than 16 KiB of JSON.</exception>
    public abstract void SetStatus(object status);

    /// <summary>A status as JSON, for implementations of <see cref="SetStatus"/>.</summary>
    /// <exception cref="ArgumentException">It is larger than 16 KiB of JSON.</exception>
    protected static string WriteStatus(object status)
    {
        var json = DurableJson.Serialize(status);
        return Encoding.UTF8.GetByteCount(json) is var bytes && bytes > StatusLimitBytes
            ? throw new ArgumentException(
                $"A status may take {StatusLimitBytes} bytes of JSON; this one takes {bytes}. Put a reference to a file into it.", nameof(status))
            : json;
    }

    /// <summary>
    /// Starts this instance over with a new input and an empty history once the orchestrator returns; what it returns is ignored.
    /// </summary>
    /// <exception cref="InvalidOperationException">Activities, entity calls or sub-orchestrations are still in flight.</exception>
    public abstract void ContinueAsNew(object input);
}
