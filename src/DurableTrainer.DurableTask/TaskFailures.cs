using DurableTask.Core.Exceptions;
using DurableTrainer.Durable;
using Microsoft.DurableTask;
using TaskFailedException = Microsoft.DurableTask.TaskFailedException;

namespace DurableTrainer.DurableTask;

/// <summary>Failures as Durable Task records them, and as the durable surface shows them.</summary>
internal static class TaskFailures
{
    /// <summary>The type that stands for a termination, which is nobody's exception.</summary>
    public const string Terminated = "Terminated";

    private static readonly string[] Wrappers =
        [typeof(TaskFailedException).FullName!, typeof(global::DurableTask.Core.Exceptions.TaskFailedException).FullName!];

    /// <summary>What was thrown first. A failure without details is that of a child that was terminated.</summary>
    public static Failure Read(TaskFailureDetails? details)
    {
        if (details is null)
            return new(Terminated, "The instance was terminated.");
        // Each orchestration that a failure passes through wraps it once more.
        while (Wrappers.Contains(details.ErrorType) && details.InnerFailure is { } inner)
            details = inner;
        var type = details.ErrorType == typeof(NonDeterministicOrchestrationException).FullName
            ? typeof(NonDeterminismException).FullName!
            : details.ErrorType;
        return new(type, details.ErrorMessage, details.StackTrace);
    }

    /// <summary>An exception that Durable Task records with the original type and message in it.</summary>
    public static TaskFailedException Raise(string orchestrator, Failure failure) =>
        new(orchestrator, 0, new TaskFailureDetails(failure.Type, failure.Message, failure.Details, null, null));
}
