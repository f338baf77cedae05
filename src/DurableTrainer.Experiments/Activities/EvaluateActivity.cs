using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Measures a checkpoint on test data, on a worker of the pool.</summary>
internal sealed class EvaluateActivity(WorkerPool pool) : Activity<EvaluationRequest, IReadOnlyDictionary<string, double>>
{
    public override Task<IReadOnlyDictionary<string, double>> RunAsync(ActivityContext context, EvaluationRequest input, CancellationToken cancellation) =>
        pool.EvaluateAsync(input, cancellation);
}
