using DurableTrainer.Durable;
using DurableTrainer.Engine;

namespace DurableTrainer.Bench.Engine;

/// <summary>Orchestrations that do nothing but what is measured.</summary>
internal static class EngineWork
{
    public static readonly OrchestratorName<int, int> FanOut = new("FanOut");
    public static readonly OrchestratorName<int, int> Chain = new("Chain");
    public static readonly OrchestratorName<int, int> Idle = new("Idle");
    private static readonly ActivityName<int, int> Nothing = new("Nothing");
    private static readonly EventName<int> Never = new("never");

    public static DurableRegistry Registry() => new DurableRegistry()
        .Add(FanOut, () => new Code(async (context, count) =>
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallAsync(Nothing, i)));
            return count;
        }))
        .Add(Chain, () => new Code(async (context, count) =>
        {
            for (var i = 0; i < count; i++)
                await context.CallAsync(Nothing, i);
            return count;
        }))
        .Add(Idle, () => new Code((context, _) => context.WaitForEvent(Never)))
        .Add(Nothing, () => new Work());

    /// <summary>Runs one to its end.</summary>
    public static async Task RunAsync(EmbeddedEngine engine, OrchestratorName<int, int> orchestrator, int count, string id)
    {
        await engine.Client.ScheduleAsync(orchestrator, count, id);
        var ended = await engine.Client.WaitAsync(id);
        if (ended.Status != InstanceStatus.Completed)
            throw new BenchException($"'{id}' ended {ended.Status}: {ended.Failure?.Message}");
    }

    private sealed class Code(Func<OrchestrationContext, int, Task<int>> run) : Orchestrator<int, int>
    {
        public override Task<int> RunAsync(OrchestrationContext context, int input) => run(context, input);
    }

    private sealed class Work : Activity<int, int>
    {
        public override Task<int> RunAsync(ActivityContext context, int input, CancellationToken cancellation) => Task.FromResult(input);
    }
}
