using DurableTrainer.Durable;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Takes an experiment out of its tenant's ledger whose own workflow cannot do that any more.</summary>
internal sealed class DismissalOrchestrator : Orchestrator<Dismissal, Unit>
{
    public override async Task<Unit> RunAsync(OrchestrationContext context, Dismissal input)
    {
        var stored = await context.CallAsync(WorkflowNames.MeasureStorage, input.Experiment);
        return await context.CallAsync(
            WorkflowNames.Ledger(input.Tenant), WorkflowNames.Leave, new Departure(input.Experiment, stored, context.UtcNow));
    }
}
