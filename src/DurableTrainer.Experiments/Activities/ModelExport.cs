using System.Globalization;
using System.Security.Cryptography;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Export;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Hands over the best model of an experiment: a model of its spec in formats that others read, the folder of a command as it is.</summary>
/// <param name="store">Where it is written.</param>
/// <param name="experiment">Its id.</param>
/// <param name="spec">Its spec.</param>
/// <param name="data">What its data was.</param>
/// <param name="folder">Where the model goes.</param>
internal sealed class ModelExport(ArtifactStore store, string experiment, ExperimentSpec spec, DataSource data, string folder)
{
    /// <summary>Where the model will be.</summary>
    public string ModelPath => Path(spec.Training.RunsCommand ? ArtifactPaths.ModelCheckpoint(experiment) : ArtifactPaths.ModelSafetensors(experiment));

    /// <summary>How the best epoch of a trial was trained; null when by the trial itself with one point.</summary>
    public static IReadOnlyList<Segment>? LineageOf(TrialSummary trial) => trial.Lineage is null ? null :
    [
        .. trial.Lineage
            .Where(segment => segment.FromEpoch < trial.BestEpoch)
            .Select(segment => segment with { ToEpoch = Math.Min(segment.ToEpoch, trial.BestEpoch!.Value) }),
    ];

    /// <param name="trial">The best trial.</param>
    /// <param name="lineage">How its best epoch was trained; null when by the trial itself with one point.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    public Task WriteAsync(TrialSummary trial, IReadOnlyList<Segment>? lineage, CancellationToken cancellation) =>
        spec.Training.RunsCommand ? WriteFolderAsync(trial, lineage, cancellation) : WriteModelAsync(trial, lineage, cancellation);

    private async Task WriteModelAsync(TrialSummary trial, IReadOnlyList<Segment>? lineage, CancellationToken cancellation)
    {
        var training = spec.Training.Bind(trial.Point);
        var checkpoint = Checkpoint.Read(await store.RequireAsync(trial.Checkpoint!, cancellation));
        var graph = GraphBuilder.Build(training.Model, data.SampleShape, training.Loss, data.Targets);
        var classes = training.Loss is CrossEntropySpec ? ClassesOf(graph.ShapeOf(graph.Outputs[0])[^1], data.Text) : null;
        var input = new ModelInput(data.SampleShape, training.Data.Scale, data.Text);
        var files = ModelFiles.Of(checkpoint, input, classes, experiment, trial.Trial, data.Sha256, lineage, training.Parallel);
        await store.WriteAsync(Path(ArtifactPaths.ModelSafetensors(experiment)), files.Safetensors, cancellation);
        await store.WriteAsync(Path(ArtifactPaths.ModelJson(experiment)), files.Json, cancellation);
    }

    private async Task WriteFolderAsync(TrialSummary trial, IReadOnlyList<Segment>? lineage, CancellationToken cancellation)
    {
        var point = lineage?[^1].Point ?? trial.Point;
        var checkpoint = await store.RequireAsync(trial.Checkpoint!, cancellation);
        await store.WriteAsync(ModelPath, checkpoint, cancellation);
        await store.WriteAsync(Path(ArtifactPaths.ModelJson(experiment)), ArtifactJson.WriteFile(new CommandModel
        {
            Experiment = experiment,
            Trial = trial.Trial,
            Epoch = trial.BestEpoch!.Value,
            Run = spec.Training.BindCommand(point).Command.Run,
            Point = point,
            Segments = lineage,
            Metrics = trial.Metrics!,
            FilesSha256 = data.Sha256,
            Checkpoint = new(System.IO.Path.GetFileName(ModelPath), Convert.ToHexStringLower(SHA256.HashData(checkpoint))),
        }), cancellation);
    }

    /// <summary>The same file in the folder that the model goes to.</summary>
    private string Path(string file) => $"{folder}/{System.IO.Path.GetFileName(file)}";

    /// <summary>Characters are named by themselves, all other classes by their indices.</summary>
    private static string[] ClassesOf(int count, TextUnits? text) =>
        [.. Enumerable.Range(0, count).Select(index => text?.Vocabulary?.ElementAtOrDefault(index) ?? index.ToString(CultureInfo.InvariantCulture))];
}
