using System.Collections.Concurrent;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments.Activities;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Tests;

/// <summary>
/// The workflows of experiments on an engine of their own that replays every turn, with a pool whose workers do what a test says: by
/// default, they follow <see cref="Curves"/>.
/// </summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private static readonly string[] Pools = ["cpu", "gpu"];

    private readonly TemporaryFolder? ownFolder;
    private EmbeddedEngine engine = null!;

    /// <param name="folder">Shared with other laboratories, one after the other; one of its own when null.</param>
    /// <param name="changes">Sections of the spec that take the place of its own, as JSON.</param>
    public Laboratory(TemporaryFolder? folder = null, string changes = "{}")
    {
        ownFolder = folder is null ? new TemporaryFolder() : null;
        Folder = folder ?? ownFolder!;
        Store = new FolderStore(Folder.At("store"));
        Experiment = Curves.Prepare(Folder.Path, changes, Pools);
        RunSlice = (slice, _) => Curves.RunAsync(Store, Experiment, slice);
    }

    public Laboratory(string changes)
        : this(null, changes)
    {
    }

    public TemporaryFolder Folder { get; }

    public ArtifactStore Store { get; init; }

    public PreparedExperiment Experiment { get; }

    /// <summary>The engine's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a worker does with a slice.</summary>
    public Func<SliceRequest, CancellationToken, Task<SliceResult>> RunSlice { get; set; }

    public Func<EvaluationRequest, IReadOnlyDictionary<string, double>> Evaluate { get; set; } =
        _ => new Dictionary<string, double> { [Curves.TestMetric] = 0.5 };

    /// <summary>The slices that workers were asked to run, in that order.</summary>
    public ConcurrentQueue<SliceRequest> Asked { get; } = new();

    public ConcurrentQueue<ExperimentEvent> Happened { get; } = new();

    /// <summary>The first message that an experiment waits for its quota.</summary>
    public TaskCompletionSource Queued { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DurableClient Durable => engine.Client;

    public ExperimentClient Client => new(engine.Client, Store);

    /// <summary>What is done when the surroundings fail; the host halts when null.</summary>
    public FaultPolicy? Faults { get; init; }

    /// <summary>Faults when the host was told to halt.</summary>
    public Task Halted => engine.Fault;

    public async Task OpenAsync(bool onDisk = false)
    {
        var services = new ExperimentServices(
            Store, new Dictionary<string, WorkerPool>(), Faults ?? FaultPolicy.Halt(fault => engine.Halt(fault)), (_, happened) => Take(happened));
        var registry = ExperimentWorkflows.Register(new DurableRegistry(), services);
        foreach (var pool in Pools)
        {
            Add(WorkflowNames.RunSlice.In(pool), (slice, stop) =>
            {
                Asked.Enqueue(slice);
                return RunSlice(slice, stop);
            });
            Add(WorkflowNames.Evaluate.In(pool), (request, _) => Task.FromResult(Evaluate(request)));
        }

        engine = await EmbeddedEngine.OpenAsync(new() { Folder = onDisk ? Folder.At("journal") : null, Registry = registry, CheckReplay = true, Time = Time });

        void Add<TInput, TOutput>(ActivityName<TInput, TOutput> name, Func<TInput, CancellationToken, Task<TOutput>> run) =>
            registry.Add(name, () => new GuardedActivity<TInput, TOutput>(new Work<TInput, TOutput>(run), services.Faults));
    }

    private void Take(ExperimentEvent happened)
    {
        Happened.Enqueue(happened);
        if (happened.Type == ExperimentEventType.ExperimentQueued)
            Queued.TrySetResult();
    }

    public async Task StartAsync(bool onDisk = false)
    {
        await OpenAsync(onDisk);
        engine.Start();
    }

    public void Start() => engine.Start();

    /// <summary>Takes the experiment from its submission to its end.</summary>
    public async Task<(ExperimentOutcome Outcome, ExperimentResult Result)> RunAsync()
    {
        await StartAsync();
        return await EndAsync(await Client.SubmitAsync(Experiment));
    }

    public async Task<(ExperimentOutcome Outcome, ExperimentResult Result)> EndAsync(string id) =>
        (await Client.WaitAsync(id), ArtifactJson.Read<ExperimentResult>((await Store.ReadAsync(ArtifactPaths.Result(id)))!));

    public async Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id) =>
        [.. (await Store.ReadLinesAsync(ArtifactPaths.Events(id))).Select(ArtifactJson.Read<ExperimentEvent>)];

    /// <summary>Holds a slice until its experiment is stopped, as a worker in the middle of an epoch would.</summary>
    public async Task<SliceResult> UntilStoppedAsync(SliceRequest slice, CancellationToken stop)
    {
        while (!await Store.ExistsAsync(ArtifactPaths.Stop(slice.Experiment), stop))
            await Task.Yield();
        return (await Curves.RunAsync(Store, Experiment, slice with { ToEpoch = 1 })) with { Outcome = SliceOutcome.Stopped, Reason = "the experiment was stopped" };
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        ownFolder?.Dispose();
    }

    private sealed class Work<TInput, TOutput>(Func<TInput, CancellationToken, Task<TOutput>> run) : Activity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation) => run(input, cancellation);
    }
}
