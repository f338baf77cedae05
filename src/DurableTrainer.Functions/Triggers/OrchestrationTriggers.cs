using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace DurableTrainer.Functions.Triggers;

/// <summary>Orchestrations, under the names by which they are started.</summary>
internal sealed class OrchestrationTriggers(Workflows workflows)
{
    [Function(nameof(Experiment))]
    public Task<object?> Experiment([OrchestrationTrigger] TaskOrchestrationContext context) => workflows.OrchestrateAsync(context);

    [Function(nameof(Trial))]
    public Task<object?> Trial([OrchestrationTrigger] TaskOrchestrationContext context) => workflows.OrchestrateAsync(context);

    [Function(nameof(Dismissal))]
    public Task<object?> Dismissal([OrchestrationTrigger] TaskOrchestrationContext context) => workflows.OrchestrateAsync(context);
}
