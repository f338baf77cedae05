using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;

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
        if (input.Progress is null)
            await search.StartAsync();

        var cancelled = context.WaitForEvent(WorkflowNames.Cancel);
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
        {
            context.ContinueAsNew(input with { Progress = search.Progress });
            return new ExperimentOutcome(ExperimentStatus.Running, "", search.NextTrial, search.Progress.Best);
        }

        return await search.HandOverAsync();
    }
}
