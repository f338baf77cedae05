using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Runs a slice on a worker of the pool. That a worker was lost is a result: how far it came decides whether the slice runs again.</summary>
internal sealed class RunSliceActivity(WorkerPool pool, EventLog events) : Activity<SliceRequest, SliceResult>
{
    public override async Task<SliceResult> RunAsync(ActivityContext context, SliceRequest input, CancellationToken cancellation)
    {
        try
        {
            var trace = await SliceTrace.OfTrialAsync(events, input.Experiment, input.Trial, cancellation);
            return await pool.RunSliceAsync(input with { Trace = trace }, cancellation);
        }
        catch (WorkerLostException lost)
        {
            return new SliceResult
            {
                Trial = input.Trial,
                Slice = input.Slice,
                Outcome = SliceOutcome.Lost,
                Epoch = lost.Epochs,
                Step = 0,
                Metrics = new Dictionary<string, double>(),
                Usage = Usage.None,
                Reason = lost.Message,
            };
        }
    }
}
