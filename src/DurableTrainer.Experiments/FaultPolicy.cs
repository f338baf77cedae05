using DurableTrainer.Storage;
using DurableTrainer.Workers;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments;

/// <summary>What a host does when its surroundings fail: a full disk, data that is gone, storage that cannot be reached.</summary>
public abstract partial class FaultPolicy
{
    private FaultPolicy()
    {
    }

    /// <summary>The host stops where it is, and the experiment goes on from there once they are mended.</summary>
    /// <param name="halt">Stops the host.</param>
    public static FaultPolicy Halt(Action<Exception> halt) => new Halting(halt);

    /// <summary>For a full disk alone the activity waits, and is tried again until there is space.</summary>
    /// <param name="waits">Is told, on any thread, of each trial that failed.</param>
    /// <param name="delay">Before the next trial.</param>
    /// <param name="time">Measures the delay.</param>
    /// <param name="otherwise">For any other fault.</param>
    public static FaultPolicy WaitForSpace(Action<Exception> waits, TimeSpan delay, TimeProvider time, FaultPolicy otherwise) =>
        new Waiting(waits, delay, time, otherwise);

    /// <summary>For one host of several, whose stop would mend nothing: the activity, which may run any number of times, is tried again.</summary>
    /// <param name="delay">Before it is tried again.</param>
    /// <param name="logger">Is told of each fault.</param>
    /// <param name="time">Measures the delay.</param>
    public static FaultPolicy Retry(TimeSpan delay, ILogger logger, TimeProvider time) => new Retrying(delay, logger, time);

    /// <summary>Returns when the activity should be tried again.</summary>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    internal abstract Task HandleAsync(string activity, Exception fault, CancellationToken cancellation);

    private sealed class Halting(Action<Exception> halt) : FaultPolicy
    {
        internal override Task HandleAsync(string activity, Exception fault, CancellationToken cancellation)
        {
            halt(fault);
            throw new OperationCanceledException("The host stops.", fault);
        }
    }

    private sealed class Waiting(Action<Exception> waits, TimeSpan delay, TimeProvider time, FaultPolicy otherwise) : FaultPolicy
    {
        internal override Task HandleAsync(string activity, Exception fault, CancellationToken cancellation)
        {
            if (fault is not (StorageException { Fault: StorageFault.Full } or WorkerFaultException { IsFull: true }))
                return otherwise.HandleAsync(activity, fault, cancellation);
            waits(fault);
            return Task.Delay(delay, time, cancellation);
        }
    }

    private sealed partial class Retrying(TimeSpan delay, ILogger logger, TimeProvider time) : FaultPolicy
    {
        internal override Task HandleAsync(string activity, Exception fault, CancellationToken cancellation)
        {
            Failed(logger, activity, delay, fault.Message);
            return Task.Delay(delay, time, cancellation);
        }

        [LoggerMessage(Level = LogLevel.Error, Message = "{Activity} is tried again in {Delay}: {Problem}")]
        private static partial void Failed(ILogger logger, string activity, TimeSpan delay, string problem);
    }
}
