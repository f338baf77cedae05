using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.DurableTask.Tests.BackEnd;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Tests;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.DurableTask.Tests.Experiments;

public sealed class ExperimentTests
{
    [Fact]
    public async Task An_experiment_gives_the_same_result_as_on_the_embedded_engine()
    {
        const string Changes = """
            {
              "budget": { "trials": 12, "parallel": 1 },
              "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 2 }
            }
            """;

        var embedded = await RunAsync(Changes, async (registry, run) =>
        {
            await using var engine = await EmbeddedEngine.OpenAsync(new() { Folder = null, Registry = registry });
            engine.Start();
            await run(engine.Client);
        });
        var durableTask = await RunAsync(Changes, async (registry, run) =>
        {
            await using var hub = await TaskHub.StartAsync(registry);
            await run(hub.Client);
        });

        Assert.Contains("\"status\":\"completed\"", embedded.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(embedded, durableTask);
    }

    private static async Task<string> RunAsync(string changes, Func<DurableRegistry, Func<DurableClient, Task>, Task> host)
    {
        using var folder = new TemporaryFolder();
        var store = new FolderStore(folder.At("store"));
        var experiment = Curves.Prepare(folder.Path, changes);
        var services = new ExperimentServices(store, new Dictionary<string, WorkerPool>(), FaultPolicy.Halt(_ => { }), (_, _) => { });
        var registry = ExperimentWorkflows.Register(new DurableRegistry(), services);
        registry.Add(WorkflowNames.RunSlice.In("cpu"), () => new Work<SliceRequest, SliceResult>(slice => Curves.RunAsync(store, experiment, slice)));
        registry.Add(WorkflowNames.Evaluate.In("cpu"), () => new Work<EvaluationRequest, IReadOnlyDictionary<string, double>>(
            _ => Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double> { [Curves.TestMetric] = 0.5 })));
        var result = "";
        await host(registry, async client =>
        {
            var experiments = new ExperimentClient(client, store);
            var id = await experiments.SubmitAsync(experiment);
            await experiments.WaitAsync(id);
            result = System.Text.Encoding.UTF8.GetString((await store.ReadAsync(ArtifactPaths.Result(id)))!);
        });
        return result;
    }

    private sealed class Work<TInput, TOutput>(Func<TInput, Task<TOutput>> run) : Activity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation) => run(input);
    }
}
