using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Activities;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Champions;

/// <summary>The files of a model that was promoted: the model as it is handed over, and what it takes to measure it again.</summary>
internal static class PromotedModel
{
    private const string Weights = "checkpoint" + ArtifactPaths.Safetensors, Spec = "spec.json", Data = "data.json";

    /// <summary>Copies the best model of an experiment. Done twice, it is done once.</summary>
    /// <returns>The path of the model.</returns>
    public static async Task<string> CopyAsync(ArtifactStore store, string name, string experiment, TrialSummary trial, CancellationToken cancellation)
    {
        var folder = ArtifactPaths.Promoted(name, experiment);
        var spec = await SpecArtifact.ReadAsync(store, experiment, cancellation);
        var data = await store.RequireAsync(ArtifactPaths.Data(experiment), cancellation);
        var export = new ModelExport(store, experiment, spec, DataSource.Read(data), folder);
        await export.WriteAsync(trial, ModelExport.LineageOf(trial), cancellation);
        if (!spec.Training.RunsCommand)
            await store.WriteAsync($"{folder}/{Weights}", await store.RequireAsync(trial.Checkpoint!, cancellation), cancellation);
        await store.WriteAsync($"{folder}/{Data}", data, cancellation);
        await store.WriteAsync($"{folder}/{Spec}", await store.RequireAsync(ArtifactPaths.Spec(experiment), cancellation), cancellation);
        return export.ModelPath;
    }

    public static async Task<ChampionModel> ReadAsync(ArtifactStore store, Champion champion, CancellationToken cancellation)
    {
        var folder = ArtifactPaths.Promoted(champion.Name, champion.Experiment);
        var weights = $"{folder}/{Weights}";
        return new ChampionModel(
            champion.Experiment,
            champion.Trial,
            champion.Value,
            new RivalModel($"{folder}/{Spec}", $"{folder}/{Data}", champion.Point),
            await store.ExistsAsync(weights, cancellation) ? weights : null);
    }
}
