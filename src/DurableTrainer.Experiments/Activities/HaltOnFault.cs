using DurableTrainer.Durable;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers;

namespace DurableTrainer.Experiments.Activities;

/// <summary>
/// Runs an activity and stops the host when the surroundings fail: what was going on is not a failure of the experiment, and goes on
/// from here at the next start.
/// </summary>
internal sealed class HaltOnFault<TInput, TOutput>(Activity<TInput, TOutput> activity, Action<Exception> halt) : Activity<TInput, TOutput>
{
    public override async Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation)
    {
        try
        {
            return await activity.RunAsync(context, input, cancellation);
        }
        catch (Exception fault) when (fault is StorageException or CheckpointException or WorkerFaultException or WorkerStartException)
        {
            halt(fault);
            throw new OperationCanceledException("The host stops.", fault);
        }
    }
}
