using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Bench.Runs;

/// <summary>What an experiment left behind.</summary>
internal sealed record ExperimentRun
{
    public required ExperimentResult Result { get; init; }

    public required ExperimentUsage Usage { get; init; }

    public required IReadOnlyList<ExperimentEvent> Events { get; init; }

    /// <summary>The epochs of each trial, by its number.</summary>
    public required IReadOnlyList<IReadOnlyList<EpochReport>> Epochs { get; init; }

    /// <summary>From the first event to the last.</summary>
    public TimeSpan WallClock => Usage.EndedAt - Usage.StartedAt;

    /// <summary>Epochs of all trials that were done at a time.</summary>
    public int EpochsBy(DateTimeOffset time) => Epochs.Sum(trial => trial.Count(epoch => epoch.Time <= time));

    /// <summary>Reads the only experiment of a store.</summary>
    /// <exception cref="StorageException">Something of it is missing or damaged.</exception>
    public static async Task<ExperimentRun> ReadAsync(ArtifactStore store, CancellationToken cancellation)
    {
        var id = (await ExperimentIds.AllAsync(store, cancellation)).Single();
        var result = await store.RequireJsonAsync<ExperimentResult>(ArtifactPaths.Result(id), cancellation);
        var epochs = new List<IReadOnlyList<EpochReport>>();
        foreach (var trial in result.Trials)
            epochs.Add(await MetricsLog.ReadAsync(store, id, trial.Trial, cancellation));
        return new ExperimentRun
        {
            Result = result,
            Usage = await store.RequireJsonAsync<ExperimentUsage>(ArtifactPaths.Usage(id), cancellation),
            Events = await store.ReadEventsAsync(id, cancellation),
            Epochs = epochs,
        };
    }
}
