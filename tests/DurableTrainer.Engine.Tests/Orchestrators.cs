using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests;

/// <summary>Lets a test write an orchestrator, an activity or an entity where it reads it.</summary>
public static class Orchestrators
{
    public static DurableRegistry Orchestrator<TInput, TOutput>(
        this DurableRegistry registry, OrchestratorName<TInput, TOutput> name, Func<OrchestrationContext, TInput, Task<TOutput>> run) =>
        registry.Add(name, () => new InlineOrchestrator<TInput, TOutput>(run));

    public static DurableRegistry Activity<TInput, TOutput>(
        this DurableRegistry registry, ActivityName<TInput, TOutput> name,
        Func<ActivityContext, TInput, CancellationToken, Task<TOutput>> run, int? maxConcurrency = null) =>
        registry.Add(name, () => new InlineActivity<TInput, TOutput>(run), maxConcurrency);

    public static DurableRegistry Activity<TInput, TOutput>(
        this DurableRegistry registry, ActivityName<TInput, TOutput> name, Func<TInput, TOutput> run) =>
        registry.Activity(name, (_, input, _) => Task.FromResult(run(input)));

    private sealed class InlineOrchestrator<TInput, TOutput>(Func<OrchestrationContext, TInput, Task<TOutput>> run) : Orchestrator<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(OrchestrationContext context, TInput input) => run(context, input);
    }

    private sealed class InlineActivity<TInput, TOutput>(Func<ActivityContext, TInput, CancellationToken, Task<TOutput>> run)
        : Activity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation) =>
            run(context, input, cancellation);
    }
}
