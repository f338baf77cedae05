using Microsoft.Azure.Functions.Worker;

namespace DurableTrainer.Functions.Triggers;

/// <summary>Entities, under the names by which they are called.</summary>
internal sealed class EntityTriggers(Workflows workflows)
{
    [Function(nameof(Tuner))]
    public Task Tuner([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(workflows.Entity());

    [Function(nameof(Ledger))]
    public Task Ledger([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(workflows.Entity());
}
