using System.Diagnostics;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Bench.Engine;

/// <summary>Whole experiments, twenty at once, with workers that do nothing: what is left is what the workflows, the journal and the artifacts take.</summary>
internal static class NoWorkSlices
{
    private const int Experiments = 20;
    private const string Data = "points.csv";
    private const string Metric = "validation.loss";

    /// <returns>Milliseconds a slice: of all the time, all slices.</returns>
    public static async Task<double> MeasureAsync(string folder, int trials, CancellationToken cancellation)
    {
        var experiment = Prepare(folder, trials);
        var store = new FolderStore(Path.Combine(folder, "store"));
        var checkpoint = CheckpointOf(experiment);
        EmbeddedEngine engine = null!;
        var services = new ExperimentServices(store, new Dictionary<string, WorkerPool>(), FaultPolicy.Halt(fault => engine.Halt(fault)), (_, _) => { });
        var registry = ExperimentWorkflows.Register(new DurableRegistry(), services)
            .Add(WorkflowNames.RunSlice.In(QuotaSpec.DefaultPool), () => new Work<SliceRequest, SliceResult>(slice => RunAsync(store, slice, checkpoint)))
            .Add(WorkflowNames.Evaluate.In(QuotaSpec.DefaultPool), () => new Work<EvaluationRequest, IReadOnlyDictionary<string, double>>(
                _ => Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double> { ["test.loss"] = 1 })));
        await using var opened = engine = await EmbeddedEngine.OpenAsync(new EngineOptions { Folder = Path.Combine(folder, "engine"), Registry = registry }, cancellation);
        engine.Start();
        var client = new ExperimentClient(engine.Client, store);
        // What the first call of anything takes is not what is asked for.
        await RunAsync(client, experiment, Experiments, cancellation);

        var start = Stopwatch.GetTimestamp();
        await RunAsync(client, experiment, Experiments, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / (Experiments * trials);
    }

    private static PreparedExperiment Prepare(string folder, int trials)
    {
        File.WriteAllLines(Path.Combine(folder, Data), Enumerable.Range(0, 16).Select(i => $"{i},{i % 3},{i % 2}"));
        return PreparedExperiment.Create(
            SpecReader.Read($$"""
                { "name": "idle", "objective": { "metric": "{{Metric}}" }, "space": [ { "name": "x", "type": "float", "min": 0, "max": 1 } ],
                  "training": { "data": { "type": "csv", "path": "{{Data}}", "split": { "validation": 0.25 } }, "model": { "layers": [ { "type": "linear", "units": 2 } ] },
                    "loss": "crossEntropy", "optimizer": { "type": "sgd", "learningRate": "$x + 0.1" }, "epochs": 1 },
                  "tuner": { "agent": "random" }, "scheduler": { "type": "none" }, "budget": { "trials": {{trials}} } }
                """),
            folder, [QuotaSpec.DefaultPool]);
    }

    private static async Task RunAsync(ExperimentClient client, PreparedExperiment experiment, int count, CancellationToken cancellation)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => client.SubmitAsync(experiment, cancellation), cancellation)));
        foreach (var outcome in await Task.WhenAll(ids.Select(id => client.WaitAsync(id, cancellation))))
        {
            if (outcome.Status != ExperimentStatus.Completed)
                throw new BenchException($"An experiment ended {outcome.Status}: {outcome.Reason}");
        }
    }

    /// <summary>All trials of an experiment name the same checkpoint, which the first one leaves: somebody has to, for the model that is handed over.</summary>
    private static async Task<SliceResult> RunAsync(ArtifactStore store, SliceRequest slice, byte[] checkpoint)
    {
        var path = ArtifactPaths.Checkpoint(slice.Experiment, 0, 0, slice.ToEpoch);
        if (slice.Trial == 0)
            await store.WriteAsync(path, checkpoint);
        var metrics = new Dictionary<string, double> { [Metric] = slice.Point["x"].Number };
        return new SliceResult
        {
            Trial = slice.Trial,
            Slice = slice.Slice,
            Outcome = SliceOutcome.Completed,
            Epoch = slice.ToEpoch,
            Step = slice.ToEpoch,
            Metrics = metrics,
            Usage = new Usage(TimeSpan.Zero, TimeSpan.Zero, 1, 1),
            Best = new BestEpoch(slice.ToEpoch, metrics, path),
            Checkpoint = path,
        };
    }

    private static byte[] CheckpointOf(PreparedExperiment experiment)
    {
        var point = new Core.Space.Point([new("x", 0.5)]);
        var training = experiment.Spec.Training.Bind(point);
        var data = DatasetReader.Read(training.Data, experiment.Data.Folder);
        using var session = new TrainingSession(training, data, DataSplit.Of(data.Count, training.Data.Split, 0), 0, trial: 0, threads: 1, point);
        return session.Capture().Write();
    }

    private sealed class Work<TInput, TOutput>(Func<TInput, Task<TOutput>> run) : Activity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(Durable.ActivityContext context, TInput input, CancellationToken cancellation) => run(input);
    }
}
