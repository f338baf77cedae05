using System.Text.Json;
using DurableTrainer.Durable;
using Microsoft.DurableTask;

namespace DurableTrainer.DurableTask;

/// <summary>An orchestrator of the durable surface as one of Durable Task. A trigger function hands its context to <see cref="RunAsync"/>.</summary>
public sealed class OrchestrationAdapter(OrchestratorEntry entry) : ITaskOrchestrator
{
    public Type InputType => typeof(JsonElement?);

    public Type OutputType => typeof(JsonElement?);

    /// <param name="context">The context of this execution.</param>
    /// <param name="input">A <see cref="JsonElement"/>, or null.</param>
    /// <returns>The output as a <see cref="JsonElement"/>, or null.</returns>
    /// <exception cref="TaskFailedException">The orchestrator let a recorded failure through, which is inside.</exception>
    public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
    {
        using var adapter = new ContextAdapter(context);
        try
        {
            var output = await entry.Run(adapter, Wire.Text((JsonElement?)input));
            adapter.ContinueIfAsked();
            return Wire.Parse(output);
        }
        catch (DurableFailureException exception)
        {
            throw TaskFailures.Raise(entry.Name, exception.Failure);
        }
    }
}
