using DurableTrainer.Durable;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Appends events to the log of their experiment.</summary>
internal sealed class RecordEventsActivity(EventLog events) : Activity<EventBatch, Unit>
{
    public override async Task<Unit> RunAsync(ActivityContext context, EventBatch input, CancellationToken cancellation)
    {
        await events.AppendAsync(input.Experiment, input.Events, cancellation);
        return new Unit();
    }
}
