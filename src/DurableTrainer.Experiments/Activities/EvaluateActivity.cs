using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Measures a checkpoint on test data, on a worker of the pool.</summary>
internal sealed class EvaluateActivity(WorkerPool pool, EventLog events) : Activity<EvaluationRequest, IReadOnlyDictionary<string, double>>
{
    public override async Task<IReadOnlyDictionary<string, double>> RunAsync(
        ActivityContext context, EvaluationRequest input, CancellationToken cancellation)
    {
        var trace = await SliceTrace.OfExperimentAsync(events, input.Experiment, cancellation);
        return await pool.EvaluateAsync(input with { Trace = trace }, cancellation);
    }
}
