using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Events;
using DurableTrainer.Api.Hosting;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Tests;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Api.Tests.Http;

/// <summary>The API on a port of this machine, with real workflows whose workers follow <see cref="Curves"/> unless a test holds them.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly EmbeddedEngine engine;
    private readonly WebApplication server;

    private TestServer(EmbeddedEngine engine, WebApplication server, FolderStore store, DirectoryInfo folder)
    {
        (this.engine, this.server, Store, this.folder) = (engine, server, store, folder);
        Address = new Uri(server.Urls.First() + "/");
        Client = new HttpClient { BaseAddress = Address };
    }

    public FolderStore Store { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Below which data lies.</summary>
    public string DataFolder => Path.Combine(folder.FullName, "data");

    /// <summary>What slices wait for; nothing at first.</summary>
    public TaskCompletionSource Gate { get; private set; } = Open();

    /// <summary>A small spec that the server can run, with changes.</summary>
    public static string Spec(string changes = "{}")
    {
        var spec = (JsonObject)JsonNode.Parse("""
            {
              "name": "curve", "objective": { "metric": "validation.accuracy" },
              "space": [ { "name": "x", "type": "float", "min": 0, "max": 1 } ],
              "training": {
                "data": { "type": "csv", "path": "points.csv", "split": { "validation": 0.25 } },
                "model": { "layers": [ { "type": "linear", "units": 2 } ] },
                "loss": "crossEntropy", "optimizer": { "type": "sgd", "learningRate": "$x + 0.1" }, "epochs": 4
              },
              "scheduler": { "type": "none" }, "budget": { "trials": 3 }
            }
            """)!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(changes)!)
            spec[name] = value?.DeepClone();
        return spec.ToJsonString();
    }

    public static async Task<TestServer> StartAsync(ApiHostOptions? options = null, ILoggerFactory? loggers = null)
    {
        var folder = Directory.CreateTempSubdirectory("dtrain-api-");
        var data = new FolderDataRoot(Path.Combine(folder.FullName, "data"));
        Directory.CreateDirectory(data.Folder);
        var experiment = Curves.Prepare(data.Folder);
        var store = new FolderStore(Path.Combine(folder.FullName, "store"));
        var live = new LiveExperiments(store);
        EmbeddedEngine? engine = null;
        TestServer? started = null;
        var registry = ExperimentWorkflows.Register(
            new DurableRegistry(), new ExperimentServices(store, new Dictionary<string, WorkerPool>(), FaultPolicy.Halt(fault => engine!.Halt(fault)), live.Publish));
        registry.Add(WorkflowNames.RunSlice.In("cpu"), () => new Work<SliceRequest, SliceResult>(async slice =>
        {
            await started!.Gate.Task;
            for (var epoch = slice.FromEpoch + 1; epoch <= slice.ToEpoch; epoch++)
            {
                await store.AppendAsync(ArtifactPaths.Metrics(slice.Experiment, slice.Trial), [ArtifactJson.WriteLine(new EpochReport(
                    epoch, epoch, DateTimeOffset.UnixEpoch, new Dictionary<string, double> { [Curves.Metric] = Curves.At(slice.Point, epoch), ["train.loss"] = double.NaN },
                    new Usage(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 1 << 20, 1)))]);
            }

            return await Curves.RunAsync(store, experiment, slice);
        }));
        registry.Add(WorkflowNames.Evaluate.In("cpu"), () => new Work<EvaluationRequest, IReadOnlyDictionary<string, double>>(
            _ => Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double> { [Curves.TestMetric] = 0.5 })));
        engine = await EmbeddedEngine.OpenAsync(new() { Folder = null, Registry = registry });
        var services = new ApiServices(store, new ExperimentClient(engine.Client, store), live, data)
        {
            Pools = ["cpu"],
            PoolReports = () => [new PoolReport("cpu", 1, 1, 0, [])],
            MostUploadBytes = 1 << 20,
            Fault = engine.Fault,
        };
        options = (options ?? new ApiHostOptions { RequestsPerSecond = 1_000_000 }) with { Listen = new ListenAddress(IPAddress.Loopback, 0) };
        var server = ApiHost.Create(options, services, loggers);
        await server.StartAsync();
        started = new TestServer(engine, server, store, folder);
        engine.Start();
        return started;
    }

    /// <summary>Lets no slice go on until <see cref="Release"/>.</summary>
    public void Hold() => Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Gate.TrySetResult();

    public Task<HttpResponseMessage> SubmitAsync(string spec, string? key = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "api/experiments") { Content = new StringContent(spec, Encoding.UTF8, type) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return Client.SendAsync(request);
    }

    /// <summary>Submits a spec that is good, and gives its id.</summary>
    public async Task<string> AcceptedAsync(string spec, string? key = null)
    {
        using var response = await SubmitAsync(spec, key);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (string)(await JsonOf(response))["id"]!;
    }

    /// <summary>Takes an experiment to its end.</summary>
    public async Task<string> EndedAsync(string spec)
    {
        var id = await AcceptedAsync(spec);
        await ToEndAsync(id);
        return id;
    }

    public Task ToEndAsync(string id) => new ExperimentClient(engine.Client, Store).WaitAsync(id);

    public async Task<JsonNode> GetAsync(string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await JsonOf(response);
    }

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>The problem that an answer is, after a look at whether it is one.</summary>
    public static async Task<JsonNode> ProblemOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        Client.Dispose();
        await server.DisposeAsync();
        await engine.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private sealed class Work<TInput, TOutput>(Func<TInput, Task<TOutput>> run) : Activity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation) => run(input);
    }
}
