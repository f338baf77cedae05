using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Retuning;

/// <summary>
/// Repeats experiments when their schedule says so: the newest one of a name, with the data as it is now, starting from what its trials found.
/// However many hosts ask, and however often, each due time starts one experiment; of several that were missed, the last one does.
/// </summary>
/// <param name="experiments">Starts them.</param>
/// <param name="store">Where they are kept.</param>
/// <param name="pools">The names of the pools that run slices here.</param>
/// <param name="allowed">The commands that may be run here.</param>
/// <param name="time">The clock that schedules go by.</param>
/// <param name="files">Finds data; that of this machine when null.</param>
public sealed class Retuner(
    ExperimentClient experiments, ArtifactStore store, IReadOnlyCollection<string> pools, AllowedCommands allowed, TimeProvider time,
    DataFiles? files = null)
{
    private readonly Submissions submissions = new(experiments, store);

    /// <summary>Specs do not change.</summary>
    private readonly Dictionary<string, ExperimentSpec> specs = [];

    /// <summary>Due times that could not be kept, so that it is told once.</summary>
    private readonly HashSet<(string Name, DateTimeOffset Due)> refused = [];

    /// <summary>Starts everything that is due. To be called again and again, by one caller at a time.</summary>
    /// <returns>What was started, and what could not be and was not told before; that is tried again with the next call.</returns>
    public async Task<IReadOnlyList<Retuning>> RunDueAsync(CancellationToken cancellation = default)
    {
        var done = new List<Retuning>();
        foreach (var latest in await ExperimentIds.LatestAsync(store, cancellation))
        {
            if (await DueAsync(latest, cancellation) is not { } due)
                continue;
            var name = ExperimentIds.NameOf(latest);
            try
            {
                if (await StartAsync(name, latest, due, cancellation) is { } started)
                    done.Add(new Retuning(name, due, started, null));
            }
            catch (SpecException exception)
            {
                if (refused.Add((name, due)))
                    done.Add(new Retuning(name, due, null, exception.Message));
            }
        }

        return done;
    }

    /// <summary>When an experiment should have been repeated; null while there is nothing to do.</summary>
    private async Task<DateTimeOffset?> DueAsync(string id, CancellationToken cancellation)
    {
        if (!specs.TryGetValue(id, out var spec))
            specs[id] = spec = await SpecArtifact.ReadAsync(store, id, cancellation);
        if (spec.Retune is not { } retune)
            return null;
        var state = await experiments.StateAsync(id, cancellation);
        // One at a time: what is due meanwhile is due when it has ended.
        if (state is { HasEnded: false })
            return null;
        if (state?.CreatedAt is not { } since)
        {
            if (await store.ReadEventsAsync(id, cancellation) is not [var first, ..])
                return null;
            since = first.Time;
        }

        return RetuneSchedule.Parse(retune.Schedule).DueAt(since, time.GetUtcNow());
    }

    /// <returns>The new experiment; null when another was quicker, or when it has been deleted since.</returns>
    /// <exception cref="SpecException">It cannot be run any more, as when its data is gone.</exception>
    private async Task<string?> StartAsync(string name, string latest, DateTimeOffset due, CancellationToken cancellation)
    {
        // From here on it is decided what this due time repeats, and a crash in the middle changes nothing.
        var path = ArtifactPaths.Retuning(name, due);
        var repetition = new Repetition(latest);
        if (!await store.TryCreateAsync(path, ArtifactJson.WriteFile(repetition), cancellation))
            repetition = await store.RequireJsonAsync<Repetition>(path, cancellation);
        if (await store.ReadAsync(ArtifactPaths.Spec(repetition.Of), cancellation) is null)
            return null;
        var experiment = await PrepareAsync(repetition.Of, cancellation);
        var key = FormattableString.Invariant($"retuning of {name} due at {due:O}");
        try
        {
            var known = await submissions.FindAsync(experiment, key, cancellation);
            var started = await submissions.SubmitAsync(experiment, key, cancellation);
            return started == known ? null : started;
        }
        catch (KeyReusedException)
        {
            // It ran, and somebody has deleted it.
            return null;
        }
    }

    private async Task<PreparedExperiment> PrepareAsync(string id, CancellationToken cancellation)
    {
        var spec = await SpecArtifact.ReadAsync(store, id, cancellation);
        var data = DataSource.Read(await store.RequireAsync(ArtifactPaths.Data(id), cancellation));
        var result = await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(id), cancellation);
        IReadOnlyList<string> earlier = result is not null && EarlierExperiments.Finished(result).Any() ? [id] : [];
        var again = spec with { Tuner = spec.Tuner with { TransferFrom = earlier } };
        return await Task.Run(() => PreparedExperiment.Create(again, data.Folder, pools, allowed, files), cancellation);
    }

    private sealed record Repetition(string Of);
}

/// <summary>What became of a due time.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Due">When it was due.</param>
/// <param name="Experiment">The experiment that was started; null when it could not be.</param>
/// <param name="Problem">Why not.</param>
public sealed record Retuning(string Name, DateTimeOffset Due, string? Experiment, string? Problem);
