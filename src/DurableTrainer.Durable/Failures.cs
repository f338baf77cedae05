namespace DurableTrainer.Durable;

/// <summary>What went wrong inside an activity, entity or orchestrator, as it crosses the durable boundary.</summary>
/// <param name="Type">Full name of the original exception's type.</param>
/// <param name="Message">The original exception's message.</param>
/// <param name="Details">The original stack trace, for logs; never shown to a user unasked.</param>
public sealed record Failure(string Type, string Message, string? Details = null)
{
    public static Failure From(Exception exception) =>
        exception is DurableFailureException durable
            ? durable.Failure
            : new(exception.GetType().FullName!, exception.Message, exception.StackTrace);

    /// <summary>Whether the original exception was exactly of type <typeparamref name="TException"/>.</summary>
    public bool Is<TException>() where TException : Exception => Type == typeof(TException).FullName;
}

/// <summary>The family of everything that the durable surface throws.</summary>
public abstract class DurableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A failure that was recorded in a history and is now seen by the one who awaited it.</summary>
public abstract class DurableFailureException(string message, Failure failure) : DurableException(message)
{
    public Failure Failure { get; } = failure;
}

/// <summary>An activity failed in all attempts that its retry policy allowed.</summary>
public sealed class ActivityFailedException(string activity, Failure failure)
    : DurableFailureException($"Activity '{activity}' failed: {failure.Message}", failure)
{
    public string Activity { get; } = activity;
}

/// <summary>A sub-orchestration failed or was terminated.</summary>
public sealed class SubOrchestrationFailedException(string instanceId, Failure failure)
    : DurableFailureException($"Sub-orchestration '{instanceId}' failed: {failure.Message}", failure)
{
    public string InstanceId { get; } = instanceId;
}

/// <summary>An entity refused an operation; its state is as it was before.</summary>
public sealed class EntityFailedException(EntityId entity, string operation, Failure failure)
    : DurableFailureException($"Operation '{operation}' of entity {entity} failed: {failure.Message}", failure)
{
    public EntityId Entity { get; } = entity;

    public string Operation { get; } = operation;
}

/// <summary>An orchestrator did, on replay, something else than its history says.</summary>
public sealed class NonDeterminismException(string message) : DurableException(message);

/// <summary>An instance with that id already exists and has not been purged.</summary>
public sealed class InstanceExistsException(string instanceId)
    : DurableException($"An instance '{instanceId}' already exists.")
{
    public string InstanceId { get; } = instanceId;
}

/// <summary>No instance has that id.</summary>
public sealed class InstanceNotFoundException(string instanceId)
    : DurableException($"There is no instance '{instanceId}'.")
{
    public string InstanceId { get; } = instanceId;
}
