using DurableTrainer.Durable;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers;

namespace DurableTrainer.Experiments.Activities;

/// <summary>
/// Runs an activity under a <see cref="FaultPolicy"/>: what was going on when the surroundings failed is not a failure of the experiment.
/// </summary>
internal sealed class GuardedActivity<TInput, TOutput>(Activity<TInput, TOutput> activity, FaultPolicy policy) : Activity<TInput, TOutput>
{
    public override async Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await activity.RunAsync(context, input, cancellation);
            }
            catch (Exception fault) when (fault is StorageException or CheckpointException or WorkerFaultException or WorkerStartException)
            {
                await policy.HandleAsync(context.Activity, fault, cancellation);
            }
        }
    }
}
