using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Experiments.Tests;

/// <summary>
/// Workers that follow a learning curve instead of training: quick, and the same every time. An epoch takes 10 seconds and 20 of CPU
/// time, and the best points lie at x = 0.3.
/// </summary>
internal static class Curves
{
    public const string Metric = "validation.accuracy";
    public const string TestMetric = "test.accuracy";

    private const string File = "points.csv";

    private static readonly JsonObject Spec = (JsonObject)JsonNode.Parse($$"""
        {
          "name": "curve",
          "objective": { "metric": "{{Metric}}" },
          "space": [ { "name": "x", "type": "float", "min": 0, "max": 1 } ],
          "training": {
            "data": { "type": "csv", "path": "{{File}}", "split": { "validation": 0.25 } },
            "model": { "layers": [ { "type": "linear", "units": 2 } ] },
            "loss": "crossEntropy",
            "optimizer": { "type": "sgd", "learningRate": "$x + 0.1" },
            "epochs": 4
          },
          "scheduler": { "type": "none" },
          "budget": { "trials": 5 }
        }
        """)!;

    /// <param name="folder">Where the data is written to.</param>
    /// <param name="changes">Sections of the spec that take the place of its own, as JSON.</param>
    /// <param name="pools">The pools that there are; that of the host alone when none is named.</param>
    public static PreparedExperiment Prepare(string folder, string changes = "{}", params string[] pools)
    {
        System.IO.File.WriteAllLines(Path.Combine(folder, File), Enumerable.Range(0, 16).Select(i => $"{i},{i % 3},{i % 2}"));
        var spec = (JsonObject)Spec.DeepClone();
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(changes)!)
            spec[name] = value!.DeepClone();
        return PreparedExperiment.Create(SpecReader.Read(spec), folder, pools is [] ? [QuotaSpec.DefaultPool] : pools);
    }

    public static double At(Point point, int epoch) => (1 - Math.Pow(point["x"].Number - 0.3, 2)) * (1 - Math.Pow(2, -epoch));

    /// <summary>Runs a slice to its end, with a checkpoint of the last epoch, which is the best one too.</summary>
    public static async Task<SliceResult> RunAsync(ArtifactStore store, PreparedExperiment experiment, SliceRequest slice)
    {
        var training = experiment.Spec.Training.Bind(slice.Point);
        var data = DatasetReader.Read(training.Data, experiment.Data.Folder);
        using var session = new TrainingSession(training with { Parallel = new SingleParallelSpec() }, data, DataSplit.Of(data.Count, training.Data.Split, 0), 0, slice.Trial, 1, slice.Point);
        if (slice.From is { } from && !await store.ExistsAsync(ArtifactPaths.Milestone(slice.Experiment, from.Trial, from.Epoch)))
            throw new InvalidOperationException($"trial {slice.Trial} was to take over {from}, which is gone");
        var checkpoint = ArtifactPaths.Checkpoint(slice.Experiment, slice.Trial, slice.Branch, slice.ToEpoch);
        await store.WriteAsync(checkpoint, session.Capture().Write());
        if (slice.LeavesMilestone)
            await store.WriteAsync(ArtifactPaths.Milestone(slice.Experiment, slice.Trial, slice.ToEpoch), session.Capture().Write());
        return Result(slice, SliceOutcome.Completed, At(slice.Point, slice.ToEpoch)) with
        {
            Best = new BestEpoch(slice.ToEpoch, new Dictionary<string, double> { [Metric] = At(slice.Point, slice.ToEpoch) }, checkpoint),
            Checkpoint = checkpoint,
        };
    }

    /// <summary>A result without a checkpoint.</summary>
    public static SliceResult Result(SliceRequest slice, SliceOutcome outcome, double value, string? reason = null)
    {
        var epochs = slice.ToEpoch - slice.FromEpoch;
        return new SliceResult
        {
            Trial = slice.Trial,
            Slice = slice.Slice,
            Outcome = outcome,
            Epoch = slice.ToEpoch,
            Step = slice.ToEpoch,
            Metrics = new Dictionary<string, double> { [Metric] = value },
            Flops = 1000 * slice.ToEpoch,
            Usage = new Usage(TimeSpan.FromSeconds(10 * epochs), TimeSpan.FromSeconds(20 * epochs), 1000 + slice.Trial, epochs),
            Reason = reason,
        };
    }

    /// <summary>What an activity gives whose worker was lost.</summary>
    public static Task<SliceResult> LostAsync(SliceRequest slice, int epochs) => Task.FromResult(new SliceResult
    {
        Trial = slice.Trial,
        Slice = slice.Slice,
        Outcome = SliceOutcome.Lost,
        Epoch = epochs,
        Step = 0,
        Metrics = new Dictionary<string, double>(),
        Usage = Usage.None,
        Reason = "a worker was lost: it exited with status 3",
    });
}
