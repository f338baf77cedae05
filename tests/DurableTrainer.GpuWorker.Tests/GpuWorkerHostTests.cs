using System.Text;
using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.DurableTask;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Tests;
using DurableTrainer.Workers.Pool;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DurableTrainer.GpuWorker.Tests;

/// <summary>
/// The whole worker but its GPU and the scheduler: it takes slices from a back end behind a connection, and trains them with torch on the
/// processor, in a process of its own, with data and checkpoints in blob storage.
/// </summary>
public sealed class GpuWorkerHostTests : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private const string Id = "lines-1";

    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("durabletrainer-gpu-");
    private readonly WorkerSettings settings;
    private readonly BlobStore store;
    private Sidecar sidecar = null!;

    public GpuWorkerHostTests(AzuriteFixture azurite)
    {
        settings = new()
        {
            Storage = BlobLocation.Parse(Azurite.Missing is null ? azurite.NewContainer() : "UseDevelopmentStorage=true"),
            Pool = "gpu",
            Device = "cpu",
            Scheduler = "none",
            TaskHub = "tests",
            Scratch = scratch.FullName,
        };
        store = settings.OpenStore();
    }

    /// <summary>The process that trains.</summary>
    public static Task<int> Main(string[] arguments) => WorkerProcess.RunAsync(new()
    {
        Storage = BlobLocation.Parse(arguments[0]),
        Scratch = arguments[1],
        Pool = "gpu",
        Device = "cpu",
        Scheduler = "none",
        TaskHub = "tests",
    });

    public async Task InitializeAsync() => sidecar = await Sidecar.StartAsync();

    [Fact]
    public void It_takes_the_activities_of_its_pool_one_at_a_time_and_nothing_else()
    {
        using var host = Build();

        var filters = host.Services.GetRequiredService<IOptionsMonitor<DurableTaskWorkerWorkItemFilters>>().CurrentValue;
        Assert.Equal(["Evaluate.gpu", "RunSlice.gpu"], filters.Activities.Select(filter => filter.Name).Order());
        Assert.Empty(filters.Entities);
        Assert.Equal([nameof(AskAsync)], filters.Orchestrations.Select(filter => filter.Name));
        Assert.Equal(1, host.Services.GetRequiredService<IOptionsMonitor<DurableTaskWorkerOptions>>().CurrentValue.Concurrency.MaximumConcurrentActivityWorkItems);
        Assert.Equal(GpuWorkerHost.GracePeriod, host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [AzuriteFact]
    public async Task A_slice_is_trained_and_leaves_its_checkpoint_and_metrics_in_the_storage()
    {
        await SubmitAsync();
        using var host = Build();
        await host.StartAsync();

        var instance = await sidecar.Client.ScheduleNewOrchestrationInstanceAsync(nameof(AskAsync), Wire(Slice(toEpoch: 3)));
        var ended = await sidecar.Client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true);

        Assert.Equal((OrchestrationRuntimeStatus.Completed, null), (ended.RuntimeStatus, ended.FailureDetails?.ErrorMessage));
        var result = JsonSerializer.Deserialize<SliceResult>(ended.SerializedOutput!, DurableJson.Options)!;
        Assert.Equal((SliceOutcome.Completed, 3), (result.Outcome, result.Epoch));
        Assert.Null(result.Usage.Gpu);
        Assert.Equal(3, (await store.ReadLinesAsync(ArtifactPaths.Metrics(Id, 0))).Count);
        Assert.Contains(await store.ListAsync(ArtifactPaths.Experiment(Id)), path => path.EndsWith(ArtifactPaths.Safetensors, StringComparison.Ordinal));
        await host.StopAsync();
    }

    [AzuriteFact]
    public async Task One_that_is_told_to_stop_saves_what_it_has_and_gives_no_answer_so_that_another_goes_on()
    {
        await SubmitAsync();
        using (var host = Build())
        {
            await host.StartAsync();
            var instance = await sidecar.Client.ScheduleNewOrchestrationInstanceAsync(nameof(AskAsync), Wire(Slice(toEpoch: 100_000)));
            while ((await store.ReadLinesAsync(ArtifactPaths.Metrics(Id, 0))).Count == 0)
                await Task.Delay(50);

            await host.StopAsync();
            Assert.Equal(OrchestrationRuntimeStatus.Running, (await sidecar.Client.GetInstanceAsync(instance))!.RuntimeStatus);
        }

        var trained = (await store.ReadLinesAsync(ArtifactPaths.Metrics(Id, 0))).Count;
        Assert.Contains(await store.ListAsync(ArtifactPaths.Experiment(Id)), path => path.EndsWith(ArtifactPaths.Safetensors, StringComparison.Ordinal));

        // Another worker goes on from there: nothing is trained twice.
        await using var next = await Sidecar.StartAsync();
        using var second = Build(next);
        await second.StartAsync();
        var again = await next.Client.ScheduleNewOrchestrationInstanceAsync(nameof(AskAsync), Wire(Slice(toEpoch: trained + 1)));
        var ended = await next.Client.WaitForInstanceCompletionAsync(again, getInputsAndOutputs: true);
        Assert.Equal(trained + 1, JsonSerializer.Deserialize<SliceResult>(ended.SerializedOutput!, DurableJson.Options)!.Epoch);
        Assert.Equal(trained + 1, (await store.ReadLinesAsync(ArtifactPaths.Metrics(Id, 0))).Count);
        await second.StopAsync();
    }

    public async Task DisposeAsync()
    {
        await sidecar.DisposeAsync();
        scratch.Delete(recursive: true);
    }

    /// <summary>An orchestration that asks the pool for a slice; in Azure, the Functions app runs it.</summary>
    private static async Task<JsonElement> AskAsync(TaskOrchestrationContext context, JsonElement slice) =>
        await context.CallActivityAsync<JsonElement>("RunSlice.gpu", JsonSerializer.SerializeToElement(new { attempt = 1, input = slice }));

    private static JsonElement Wire(SliceRequest slice) => JsonSerializer.SerializeToElement(slice, DurableJson.Options);

    private static SliceRequest Slice(int toEpoch) => new()
    {
        Experiment = Id,
        Trial = 0,
        Slice = 0,
        Point = new([new("rate", 0.05)]),
        FromEpoch = 0,
        ToEpoch = toEpoch,
    };

    private IHost Build(Sidecar? other = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging();
        builder.AddGpuWorker(
            settings,
            worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<JsonElement, JsonElement>(nameof(AskAsync), AskAsync)).UseGrpc((other ?? sidecar).Channel),
            new WorkerCommand("dotnet", ["exec", typeof(GpuWorkerHostTests).Assembly.Location, settings.Storage.Reveal(), settings.Scratch]));
        return builder.Build();
    }

    private async Task SubmitAsync()
    {
        var data = new DataUploads(new DataBlobs(settings.Storage, scratch.FullName), settings.Storage.Container, "data");
        var text = string.Join('\n', Enumerable.Range(0, 64).Select(i => FormattableString.Invariant($"{i / 64.0},{i % 7 / 7.0},{i / 32.0 + 0.5}")));
        await data.WriteAsync("lines.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => { }, overwrite: true, default);
        var prepared = PreparedExperiment.Parse(
            """
            { "name": "lines", "objective": { "metric": "validation.loss" }, "space": [ { "name": "rate", "type": "float", "min": 0.01, "max": 0.1 } ],
              "training": { "data": { "type": "csv", "path": "lines.csv", "label": -1, "shape": [2] }, "model": { "layers": [ { "type": "linear", "units": 1 } ] },
                "loss": "meanSquaredError", "optimizer": { "type": "sgd", "learningRate": "$rate" }, "batchSize": 8, "epochs": 100000 },
              "budget": { "trials": 1 }, "quota": { "pool": "gpu" } }
            """,
            isYaml: false, data.Root, ["gpu"], files: settings.OpenData());
        await store.WriteAsync(ArtifactPaths.Data(Id), prepared.Data.Write());
        await store.WriteAsync(ArtifactPaths.Spec(Id), Encoding.UTF8.GetBytes(SpecReader.Write(prepared.Spec)));
    }
}
