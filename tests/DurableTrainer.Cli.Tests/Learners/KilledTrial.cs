using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Processors;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Pool;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Cli.Tests.Learners;

/// <summary>A trial whose learners are processes, on a pool of one worker, which runs its slices again until they are done.</summary>
internal sealed class KilledTrial : IAsyncDisposable
{
    public const int Learners = 2;

    private const string Id = "killed-1";
    private const int BatchSize = 20;

    private readonly Workspace here = new();
    private readonly FolderStore store;
    private readonly ExperimentSpec spec;
    private readonly WorkerPool pool;
    private readonly SemaphoreSlim epochs = new(0);

    public KilledTrial()
    {
        here.KeepDigits(1000);
        store = new FolderStore(here.Data);
        var file = here.Write(spec =>
        {
            spec["training"]!["parallel"] = JsonNode.Parse($$"""{ "mode": "async", "learners": {{Learners}}, "learnerKind": "processes" }""");
            spec["training"]!["batchSize"] = BatchSize;
        });
        spec = SpecReader.Read(File.ReadAllText(file));
        Data = DatasetReader.Read(spec.Training.Bind(Point).Data, here.Root);
        store.WriteAsync(ArtifactPaths.Spec(Id), Encoding.UTF8.GetBytes(SpecReader.Write(spec))).GetAwaiter().GetResult();
        store.WriteAsync(ArtifactPaths.Data(Id), DataSource.Of(here.Root, Data).Write()).GetAwaiter().GetResult();
        pool = new WorkerPool(
            new WorkerCommand("dotnet", [Dtrain.Program, "worker", "--data", here.Data]), workers: 1, TimeProvider.System, threads: Learners);
        pool.EpochReported += (_, _) => epochs.Release();
    }

    public int Batches => (Split.Train.Length + BatchSize - 1) / BatchSize;

    /// <summary>Attempts at slices that came to nothing.</summary>
    public int Failures { get; private set; }

    private static Point Point { get; } = new([new("learningRate", 0.003), new("width", 32), new("dropout", 0.1)]);

    private Dataset Data { get; }

    private DataSplit Split => DataSplit.Of(Data.Count, spec.Training.Bind(Point).Data.Split, spec.Seed);

    /// <summary>Waits for so many epochs that are done.</summary>
    public async Task EpochsAsync(int count)
    {
        for (var epoch = 0; epoch < count; epoch++)
            await epochs.WaitAsync();
    }

    /// <summary>The worker that runs a slice now, and the learners that it has.</summary>
    public (int? Worker, IReadOnlyList<int> Learners) Processes =>
        pool.Load is [{ ProcessId: { } worker }] ? (worker, Dtrain.ChildrenOf(worker)) : (null, []);

    public async Task<SliceResult> RunAsync(int slice, int epochs)
    {
        var request = new SliceRequest
        {
            Experiment = Id,
            Trial = 0,
            Slice = slice,
            Point = Point,
            FromEpoch = slice * epochs,
            ToEpoch = (slice + 1) * epochs,
        };
        while (true)
        {
            try
            {
                return await pool.RunSliceAsync(request, default);
            }
            catch (WorkerException failure) when (failure is WorkerLostException or WorkerFaultException)
            {
                Failures++;
            }
        }
    }

    public async Task<IReadOnlyList<UpdateRecord>> LogAsync() =>
        [.. (await store.ReadLinesAsync(ArtifactPaths.Updates(Id, 0, 0))).Select(UpdateRecord.Parse)];

    public async Task<IReadOnlyList<JsonNode>> MetricsAsync() =>
        [.. (await store.ReadLinesAsync(ArtifactPaths.Metrics(Id, 0))).Select(line => JsonNode.Parse(line)!)];

    /// <summary>A checkpoint without what depends on who computed.</summary>
    public async Task<byte[]> ModelAsync(string checkpoint) => Comparable(Checkpoint.Read((await store.ReadAsync(checkpoint))!));

    /// <summary>What the updates of a log make of the model, without any learner.</summary>
    public byte[] Replay(IReadOnlyList<UpdateRecord> log, int epochs)
    {
        using var session = new AsyncSession(
            spec.Training.Bind(Point), Data, Split, spec.Seed, trial: 0, point: Point,
            surroundings: new AsyncSurroundings { StartLearner = _ => throw new ProcessorException("Something is trained anew.") });
        session.Recall(log);
        while (session.Epoch < epochs)
            session.RunEpoch();
        return Comparable(session.Capture());
    }

    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        epochs.Dispose();
        here.Dispose();
    }

    private static byte[] Comparable(Checkpoint checkpoint) => (checkpoint with { Async = null, History = [] }).Write();
}
