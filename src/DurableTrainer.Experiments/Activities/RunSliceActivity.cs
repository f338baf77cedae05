using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Runs a slice on a worker of the pool.</summary>
internal sealed class RunSliceActivity(WorkerPool pool) : Activity<SliceRequest, SliceResult>
{
    public override Task<SliceResult> RunAsync(ActivityContext context, SliceRequest input, CancellationToken cancellation) =>
        pool.RunSliceAsync(input, cancellation);
}
