using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Has an experiment let in by the books of its tenant before anything of it runs.</summary>
internal sealed class Admissions(OrchestrationContext context, ExperimentInput input, ExperimentPlan plan)
{
    /// <summary>Questions after which the history starts over, so that it stays bounded.</summary>
    private const int AttemptsPerHistory = 100;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private bool hasTold = input.IsWaiting;

    /// <param name="cancelled">Ends the wait.</param>
    /// <returns>
    /// The last answer: admitted, rejected, or still waiting: because the experiment was cancelled, or because it is time to go on as new.
    /// </returns>
    public async Task<Admission> AskAsync(Task cancelled)
    {
        var delay = input.IsWaiting ? LongestDelay : FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            var quota = await context.CallAsync(WorkflowNames.ReadQuota, plan.Tenant);
            var request = new AdmissionRequest(input.Experiment, plan.Asked, plan.OnExceed, quota, context.UtcNow);
            var answer = await context.CallAsync(WorkflowNames.Ledger(plan.Tenant), WorkflowNames.Admit, request);
            if (answer.Verdict != AdmissionVerdict.Waiting || attempt == AttemptsPerHistory)
                return answer;
            await TellAsync(answer);
            if (await IsCancelledWithinAsync(delay, cancelled))
                return answer;
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public async Task LeaveAsync()
    {
        var stored = await context.CallAsync(WorkflowNames.MeasureStorage, input.Experiment);
        await context.CallAsync(WorkflowNames.Ledger(plan.Tenant), WorkflowNames.Leave, new Departure(input.Experiment, stored, context.UtcNow));
    }

    private async Task<bool> IsCancelledWithinAsync(TimeSpan delay, Task cancelled)
    {
        using var stop = new CancellationTokenSource();
        await Task.WhenAny(cancelled, context.Timer(delay, stop.Token));
        // Not its asynchronous twin: an orchestrator awaits nothing but what its context gives it.
        stop.Cancel();
        return cancelled.IsCompleted;
    }

    private async Task TellAsync(Admission answer)
    {
        if (hasTold)
            return;
        hasTold = true;
        var queued = new ExperimentEvent
        {
            Id = "queued",
            Time = context.UtcNow,
            Type = ExperimentEventType.ExperimentQueued,
            Message = "waits: " + answer.Reason(plan.Tenant),
        };
        await context.CallAsync(WorkflowNames.RecordEvents, new EventBatch(input.Experiment, [queued]));
    }
}
