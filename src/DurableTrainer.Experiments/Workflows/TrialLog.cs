using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Tells the experiment's log what happens in a trial. Training does not wait for it: the log may lag behind, but never holds it up.</summary>
internal sealed class TrialLog(OrchestrationContext context, string experiment, int trial)
{
    private readonly List<Task> following = [];
    private List<ExperimentEvent> latest = [];
    private int? threads;

    public ExperimentEvent Event(ExperimentEventType type, string id) =>
        new() { Id = $"trial-{trial}/{id}", Time = context.UtcNow, Type = type, Trial = trial };

    public void Record(ExperimentEventType type, string id, Func<ExperimentEvent, ExperimentEvent> complete) =>
        Record([complete(Event(type, id))]);

    public void RecordLost(int slice, int number, SliceResult result) => Record(ExperimentEventType.WorkerLost, $"lost-{number}", e => e with
    {
        Slice = slice,
        Epoch = result.Epoch,
        Message = result.Reason,
    });

    /// <summary>
    /// How a slice ended and what was decided then, with the threads and workers that it had and the units that it was spread over. It is told when the trial goes on (<see cref="GoOn"/>), or
    /// with the trial's end (<see cref="End"/>), which then is one step and not two.
    /// </summary>
    public void TakeSlice(
        IReadOnlyList<ObjectiveSpec> objectives, SliceRequest request, SliceResult result, IReadOnlyList<double> values, Decision decision)
    {
        var happened = Grants(request, result);
        happened.AddRange(result.InputChanges.Index().Select(change => Event(ExperimentEventType.InputChanged, $"input-{request.Slice}-{change.Index}") with
        {
            Slice = request.Slice,
            Epoch = change.Item.Epoch,
            Stage = change.Item.Stage,
            Workers = change.Item.Workers,
            Message = change.Item.Reason,
        }));
        happened.AddRange(Plans(request, result));
        happened.Add(Event(ExperimentEventType.SliceEnded, $"slice-{request.Slice}") with
        {
            Slice = request.Slice,
            Epoch = result.Epoch,
            Value = double.IsFinite(values[0]) ? values[0] : null,
            Values = Objectives.ByMetric(objectives, values),
            Message = decision.Reason ?? "reached its last epoch",
        });
        if (decision.Adjustment is { } adjustment)
        {
            happened.Add(Event(ExperimentEventType.TrialAdjusted, $"adjusted-{request.Slice}") with
            {
                Slice = request.Slice,
                Epoch = result.Epoch,
                Point = adjustment.Point,
                From = adjustment.From,
                Message = decision.Reason,
            });
        }

        latest = happened;
    }

    /// <summary>Tells of the latest slice.</summary>
    public void GoOn()
    {
        Record(latest);
        latest = [];
    }

    /// <summary>What is left to be told when the trial ends, and that it does.</summary>
    public IReadOnlyList<ExperimentEvent> End(ExperimentEvent ended) => [.. latest, ended];

    /// <summary>Also waits for another task before the trial ends.</summary>
    public void Follow(Task task) => following.Add(task);

    /// <summary>Waits until all that was told is in the log.</summary>
    public Task WrittenAsync() => Task.WhenAll(following);

    private List<ExperimentEvent> Grants(SliceRequest request, SliceResult result)
    {
        var happened = new List<ExperimentEvent>();
        foreach (var (i, grant) in result.Grants.Index())
        {
            if (grant.Threads == threads)
                continue;
            threads = grant.Threads;
            happened.Add(Event(ExperimentEventType.ThreadsGranted, $"threads-{request.Slice}-{i}") with
            {
                Slice = request.Slice,
                Epoch = grant.Epoch,
                Threads = grant.Threads,
                Message = grant.Reason,
            });
        }

        return happened;
    }

    private IEnumerable<ExperimentEvent> Plans(SliceRequest request, SliceResult result) => result.Plans.Select((plan, i) =>
        Event(ExperimentEventType.PlanChanged, $"plan-{request.Slice}-{i}") with
        {
            Slice = request.Slice,
            Epoch = plan.Epoch,
            Message = $"step {plan.Step}: {plan.Reason}",
        });

    private void Record(IReadOnlyList<ExperimentEvent> happened) =>
        following.Add(context.CallAsync(WorkflowNames.RecordEvents, new EventBatch(experiment, happened)));
}
