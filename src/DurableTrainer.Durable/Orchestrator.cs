namespace DurableTrainer.Durable;

/// <summary>A workflow: deterministic code over an <see cref="OrchestrationContext"/>.</summary>
public abstract class Orchestrator<TInput, TOutput>
{
    public abstract Task<TOutput> RunAsync(OrchestrationContext context, TInput input);
}
