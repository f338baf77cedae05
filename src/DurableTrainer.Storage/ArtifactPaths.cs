using System.Globalization;

namespace DurableTrainer.Storage;

/// <summary>Where the files of experiments and models lie in a store.</summary>
public static class ArtifactPaths
{
    /// <summary>How the names of checkpoints of models end.</summary>
    public const string Safetensors = ".safetensors";

    /// <summary>How the names of checkpoints of commands end: each is a folder of files.</summary>
    public const string Zip = ".zip";

    private const string Best = "-best";

    /// <summary>What the only host of a container has a lease on.</summary>
    public const string Host = "host";

    /// <summary>The folder of all experiments.</summary>
    public const string Experiments = "experiments";

    /// <summary>The folder of everything that belongs to an experiment.</summary>
    public static string Experiment(string id) => $"{Experiments}/{Name(id)}";

    /// <summary>The spec as submitted, completed.</summary>
    public static string Spec(string id) => Experiment(id) + "/spec.json";

    /// <summary>Where the data lies, and what it held when the experiment was submitted.</summary>
    public static string Data(string id) => Experiment(id) + "/data.json";

    /// <summary>What was taken over from earlier experiments when it was submitted; only there when something was asked for.</summary>
    public static string Transfer(string id) => Experiment(id) + "/transfer.json";

    /// <summary>The model that it trains again instead of searching; only there when it does.</summary>
    public static string Replay(string id) => Experiment(id) + "/replay.json";

    /// <summary>The log of what happened.</summary>
    public static string Events(string id) => Experiment(id) + "/events.jsonl";

    public static string Result(string id) => Experiment(id) + "/result.json";

    /// <summary>What the experiment took.</summary>
    public static string Usage(string id) => Experiment(id) + "/usage.json";

    /// <summary>Which parameters matter, once the experiment has ended.</summary>
    public static string Importance(string id) => Experiment(id) + "/importance.json";

    /// <summary>Which parameters go with what trials used and reached, once the experiment has ended.</summary>
    public static string Correlations(string id) => Experiment(id) + "/correlations.json";

    public static string Report(string id) => Experiment(id) + "/report.html";

    /// <summary>A wish to cancel, left for the host that works on the experiment.</summary>
    public static string Cancel(string id) => Experiment(id) + "/cancel";

    /// <summary>The flag that asks workers to stop: it is there, or it is not.</summary>
    public static string Stop(string id) => Experiment(id) + "/stop";

    /// <summary>What is left of an experiment that was deleted, so that its id is not given to another.</summary>
    public static string Deleted(string id) => Experiment(id) + "/deleted";

    /// <summary>Which experiment was made for an idempotency key.</summary>
    /// <param name="key">The key's hash.</param>
    public static string Submission(string key) => $"submissions/{Name(key)}.json";

    /// <summary>The folder of a trial.</summary>
    public static string Trial(string id, int trial) =>
        string.Create(CultureInfo.InvariantCulture, $"{Experiment(id)}/trials/{NotNegative(trial)}");

    /// <summary>What is kept of a trial that has ended.</summary>
    public static string TrialSummary(string id, int trial) => Trial(id, trial) + "/trial.json";

    /// <summary>The log of a trial's epochs.</summary>
    public static string Metrics(string id, int trial) => Trial(id, trial) + "/metrics.jsonl";

    /// <summary>The log of the updates of one branch of a trial, where learners do not wait for each other.</summary>
    /// <param name="id">The experiment's id.</param>
    /// <param name="trial">The trial's number.</param>
    /// <param name="branch">How often it had taken over the model of another trial.</param>
    public static string Updates(string id, int trial, int branch) => branch == 0
        ? Trial(id, trial) + "/updates.jsonl"
        : string.Create(CultureInfo.InvariantCulture, $"{Trial(id, trial)}/updates-{NotNegative(branch)}.jsonl");

    /// <summary>The folder of a trial's checkpoints, those of all its branches.</summary>
    public static string Checkpoints(string id, int trial) => Trial(id, trial) + "/checkpoints";

    /// <summary>The folder of the checkpoints of one branch of a trial; those of the first stand in the trial's folder itself.</summary>
    /// <param name="id">The experiment's id.</param>
    /// <param name="trial">The trial's number.</param>
    /// <param name="branch">How often it had taken over the model of another trial.</param>
    public static string Checkpoints(string id, int trial, int branch) => branch == 0
        ? Checkpoints(id, trial)
        : string.Create(CultureInfo.InvariantCulture, $"{Checkpoints(id, trial)}/branch-{NotNegative(branch)}");

    /// <summary>A checkpoint of a trial's first branch.</summary>
    public static string Checkpoint(string id, int trial, long step) => Checkpoint(id, trial, 0, step);

    /// <param name="id">The experiment's id.</param>
    /// <param name="trial">The trial's number.</param>
    /// <param name="branch">The branch of the trial.</param>
    /// <param name="step">Optimizer steps that were done.</param>
    /// <param name="extension">What it is a checkpoint of.</param>
    public static string Checkpoint(string id, int trial, int branch, long step, string extension = Safetensors) =>
        string.Create(CultureInfo.InvariantCulture, $"{Checkpoints(id, trial, branch)}/{NotNegative(step)}{extension}");

    /// <summary>What the units of a pipelined trial did in an iteration.</summary>
    public static string Timeline(string id, int trial) => Trial(id, trial) + "/timeline.json";

    /// <summary>The same for the viewers of traces.</summary>
    public static string Trace(string id, int trial) => Trial(id, trial) + "/trace.json";

    /// <summary>The folder of what a trial left for others to take over.</summary>
    public static string Milestones(string id, int trial) => Trial(id, trial) + "/milestones";

    /// <summary>A trial as it was after an epoch.</summary>
    public static string Milestone(string id, int trial, int epoch, string extension = Safetensors) =>
        string.Create(CultureInfo.InvariantCulture, $"{Milestones(id, trial)}/{NotNegative(epoch)}{extension}");

    /// <summary>A trial as it was at the best of its epochs until then; only there when that is an earlier one.</summary>
    public static string MilestoneBest(string id, int trial, int epoch, string extension = Safetensors) =>
        string.Create(CultureInfo.InvariantCulture, $"{Milestones(id, trial)}/{NotNegative(epoch)}{Best}{extension}");

    /// <returns>The step in the path of a checkpoint, or null for any other path.</returns>
    public static long? CheckpointStep(string path) => path.Contains("/checkpoints/", StringComparison.Ordinal) ? NumberIn(Stem(path)) : null;

    /// <returns>The epoch in the path of a milestone, that of its best included, or null for any other path.</returns>
    public static long? MilestoneEpoch(string path)
    {
        if (!path.Contains("/milestones/", StringComparison.Ordinal) || Stem(path) is not { } stem)
            return null;
        return NumberIn(stem.EndsWith(Best, StringComparison.Ordinal) ? stem[..^Best.Length] : stem);
    }

    /// <summary>The folder of an experiment's best model.</summary>
    public static string Model(string id) => Experiment(id) + "/model";

    /// <summary>The checkpoint of the best model, where a command trained it.</summary>
    public static string ModelCheckpoint(string id) => Model(id) + "/checkpoint.zip";

    /// <summary>The best model's parameters and state.</summary>
    public static string ModelSafetensors(string id) => Model(id) + "/model.safetensors";

    public static string ModelOnnx(string id) => Model(id) + "/model.onnx";

    /// <summary>The best model's description.</summary>
    public static string ModelJson(string id) => Model(id) + "/model.json";

    /// <summary>The folder of all tenants.</summary>
    public const string Tenants = "tenants";

    /// <summary>What a tenant may use; without it there is no bound.</summary>
    public static string Quota(string tenant) => $"{Tenants}/{Name(tenant)}/quota.json";

    /// <summary>What a tenant has used and holds, as a host told it last.</summary>
    public static string Account(string tenant) => $"{Tenants}/{Name(tenant)}/account.json";

    /// <summary>What the workers of a pool are busy with, as their host told it last.</summary>
    public static string Pool(string name) => $"pools/{Name(name)}.json";

    /// <summary>The promoted model of an experiment name.</summary>
    public static string Champion(string name) => $"models/{Name(name)}/champion.json";

    /// <summary>The folder of a model that was promoted: it outlives its experiment.</summary>
    public static string Promoted(string name, string experiment) => $"models/{Name(name)}/{Name(experiment)}";

    /// <summary>The experiment that a due time of a schedule is a repetition of.</summary>
    public static string Retuning(string name, DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"models/{Name(name)}/retuning/{due.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.json");

    /// <summary>The name of a checkpoint or milestone without its extension; null when it has neither.</summary>
    private static string? Stem(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var extension = Array.Find([Safetensors, Zip], extension => name.EndsWith(extension, StringComparison.Ordinal));
        return extension is null ? null : name[..^extension.Length];
    }

    private static long? NumberIn(string? stem) =>
        long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Name(string name)
    {
        ArtifactPath.CheckSegment(name, name);
        return name;
    }

    private static T NotNegative<T>(T number) where T : struct, System.Numerics.INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return number;
    }
}
