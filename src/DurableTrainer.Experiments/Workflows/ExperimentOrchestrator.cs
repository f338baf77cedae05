using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>One experiment: keeps trials in flight until something ends the search, then hands over the best model.</summary>
internal sealed class ExperimentOrchestrator : Orchestrator<ExperimentInput, ExperimentOutcome>
{
    /// <summary>Trials after which the history starts over, so that it stays bounded.</summary>
    private const int TrialsPerHistory = 200;

    public override async Task<ExperimentOutcome> RunAsync(OrchestrationContext context, ExperimentInput input)
    {
        var plan = await context.CallAsync(WorkflowNames.LoadPlan, input.Experiment);
        var search = new Search(context, input, plan);
        var admissions = new Admissions(context, input, plan);
        var cancelled = context.WaitForEvent(WorkflowNames.Cancel);
        if (input.Progress is null)
        {
            var admission = await admissions.AskAsync(cancelled);
            if (admission.Verdict == AdmissionVerdict.Waiting && !cancelled.IsCompleted)
                return GoOnAsNew(input with { IsWaiting = true });
            await search.StartAsync();
            if (admission.Verdict == AdmissionVerdict.Rejected)
                await search.StopAsync(admission.Reason(plan.Tenant), ExperimentStatus.Rejected);
            else if (admission.Verdict == AdmissionVerdict.Waiting)
                await search.StopAsync(await cancelled, ExperimentStatus.Cancelled);
        }

        var before = search.NextTrial;
        while (true)
        {
            while (search.HasRoom && search.NextTrial - before < TrialsPerHistory)
                await search.StartTrialAsync();
            if (!search.IsRunning)
                break;

            await (search.IsStopping ? search.NextEnd : Task.WhenAny(cancelled, search.NextEnd));
            if (cancelled.IsCompleted && !search.IsStopping)
                await search.StopAsync(await cancelled, ExperimentStatus.Cancelled);
            else
                await search.TakeEndedTrialsAsync();
        }

        if (cancelled.IsCompleted && !search.IsStopping)
            await search.StopAsync(await cancelled, ExperimentStatus.Cancelled);
        if (search.HasMoreToTry)
            return GoOnAsNew(input with { Progress = search.Progress });

        var outcome = await search.HandOverAsync();
        await admissions.LeaveAsync();
        return outcome;

        ExperimentOutcome GoOnAsNew(ExperimentInput next)
        {
            context.ContinueAsNew(next);
            return new ExperimentOutcome(ExperimentStatus.Running, "", search.NextTrial, search.Progress.Best);
        }
    }
}
