using System.Security.Cryptography;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>The model of an earlier experiment that an experiment trains again, instead of searching: the artifact <c>replay.json</c>.</summary>
/// <param name="Experiment">The id of the earlier experiment.</param>
/// <param name="Trial">Its best trial.</param>
/// <param name="Lineage">How the model was trained.</param>
/// <param name="ModelSha256">Hash of <c>model.safetensors</c>.</param>
public sealed record Replay(string Experiment, int Trial, IReadOnlyList<Segment> Lineage, string ModelSha256)
{
    private const string Suffix = "-replay";
    private const int LongestName = 63;

    /// <summary>Prepares to train the best model of an experiment again, on the same data.</summary>
    /// <param name="store">Where the experiment is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    /// <param name="files">Finds data; that of this machine when null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ReplayException">There is no such experiment, it has no model, or its data has changed.</exception>
    /// <exception cref="SpecException">Its data is gone.</exception>
    public static async Task<PreparedExperiment> PrepareAsync(
        ArtifactStore store, string id, IReadOnlyCollection<string> pools, DataFiles? files = null, CancellationToken cancellation = default)
    {
        var known = await ExperimentIds.AllAsync(store, cancellation);
        if (!known.Contains(id))
            throw new ReplayException($"There is no experiment '{id}' to replay.");
        if (await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(id), cancellation) is not { } result)
            throw new ReplayException($"Experiment '{id}' has not ended; its best model can be trained again once it has.");
        if (result.Best is not { } best)
            throw new ReplayException($"Experiment '{id}' has no model to train again: {result.Reason}.");

        var spec = await SpecArtifact.ReadAsync(store, id, cancellation);
        if (spec.Training.RunsCommand)
        {
            throw new ReplayException(
                $"The model of '{id}' was trained by a command, and whether that does the same again is its own affair; run its spec with --new instead.");
        }

        var data = DataSource.Read(await store.RequireAsync(ArtifactPaths.Data(id), cancellation));
        var prepared = PreparedExperiment.Create(OneTrial(spec), data.Folder, pools, files: files);
        if (prepared.Data.Sha256 != result.DataSha256)
        {
            throw new ReplayException(
                $"The data of '{id}' has changed since (SHA-256 was {result.DataSha256[..12]}…, is {prepared.Data.Sha256[..12]}…): training on it would end differently. Put the old data back.");
        }

        return prepared with
        {
            Replay = new Replay(
                id, best.Trial, best.Lineage ?? [new Segment(best.Trial, 0, best.Epoch, best.Point)],
                HashOf(await store.RequireAsync(ArtifactPaths.ModelSafetensors(id), cancellation))),
        };
    }

    /// <summary>Whether the same model was made again, bit for bit.</summary>
    internal bool IsSame(byte[] model) => HashOf(model) == ModelSha256;

    /// <summary>One trial that nothing ends before the last epoch of the lineage.</summary>
    private static ExperimentSpec OneTrial(ExperimentSpec spec) => spec with
    {
        Name = spec.Name[..Math.Min(spec.Name.Length, LongestName - Suffix.Length)] + Suffix,
        Objective = [.. spec.Objective.Select(objective => objective with { Target = null })],
        Tuner = new TunerSpec(),
        Scheduler = new NoSchedulerSpec(),
        Adaptation = null,
        Convergence = null,
        Budget = new BudgetSpec { Trials = 1 },
        Limits = new LimitsSpec(),
        Retune = null,
    };

    private static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));
}

/// <summary>An experiment cannot be replayed; the message says why.</summary>
public sealed class ReplayException(string message) : Exception(message);
