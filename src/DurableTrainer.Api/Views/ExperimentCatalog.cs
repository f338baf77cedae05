using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Api.Views;

/// <summary>Finds experiments and tells how they stand, from their artifacts alone: no engine is needed, and none is disturbed.</summary>
public sealed class ExperimentCatalog(ArtifactStore store)
{
    /// <summary>All experiments, newest first.</summary>
    public async Task<IReadOnlyList<ExperimentView>> ListAsync(CancellationToken cancellation = default)
    {
        var views = new List<ExperimentView>();
        foreach (var id in await ExperimentIds.AllAsync(store, cancellation))
            views.Add(await ViewAsync(id, cancellation));
        return [.. views.OrderByDescending(view => view.StartedAt).ThenByDescending(view => view.Id, StringComparer.Ordinal)];
    }

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<ExperimentView> GetAsync(string id, CancellationToken cancellation = default)
    {
        await RequireAsync(id, cancellation);
        return await ViewAsync(id, cancellation);
    }

    /// <summary>The trials of an experiment, by number.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<IReadOnlyCollection<TrialView>> TrialsAsync(string id, CancellationToken cancellation = default)
    {
        await RequireAsync(id, cancellation);
        return (await HistoryAsync(id, cancellation)).Trials;
    }

    /// <summary>What has happened in an experiment, in order.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id, CancellationToken cancellation = default)
    {
        await RequireAsync(id, cancellation);
        return await store.ReadEventsAsync(id, cancellation);
    }

    /// <summary>What an experiment found; null while it has not ended.</summary>
    public Task<ExperimentResult?> ResultAsync(string id, CancellationToken cancellation = default) =>
        store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(id), cancellation);

    /// <summary>What an experiment took; null while it has not ended.</summary>
    public Task<ExperimentUsage?> UsageAsync(string id, CancellationToken cancellation = default) =>
        store.ReadJsonAsync<ExperimentUsage>(ArtifactPaths.Usage(id), cancellation);

    /// <summary>Which parameters mattered, a report for each objective; null while the experiment has not ended.</summary>
    public async Task<IReadOnlyList<ImportanceReport>?> ImportanceAsync(string id, CancellationToken cancellation = default)
    {
        if (await store.ReadJsonAsync<IReadOnlyList<ImportanceReport>>(ArtifactPaths.Importance(id), cancellation) is { } written)
            return written;
        // What ended under an earlier version has the trials, but not the file.
        return await ResultAsync(id, cancellation) is { } result
            ? ImportanceReports.Of(
                await SpecArtifact.ReadAsync(store, id, cancellation), result.Trials, await store.ReadEventsAsync(id, cancellation))
            : null;
    }

    /// <summary>Which parameters went with what trials used and reached; null while the experiment has not ended.</summary>
    public async Task<CorrelationReport?> CorrelationsAsync(string id, CancellationToken cancellation = default)
    {
        if (await store.ReadJsonAsync<CorrelationReport>(ArtifactPaths.Correlations(id), cancellation) is { } written)
            return written;
        // What ended under an earlier version has all that it is made of.
        return await ResultAsync(id, cancellation) is { } result
            ? CorrelationReports.Of(
                await SpecArtifact.ReadAsync(store, id, cancellation),
                result.WithUsage(await UsageAsync(id, cancellation)),
                await store.ReadEventsAsync(id, cancellation))
            : null;
    }

    /// <summary>The experiment of a name that was submitted last, or null.</summary>
    public async Task<string?> LatestAsync(string name, CancellationToken cancellation = default)
    {
        var numbers = await ExperimentIds.NumbersOfAsync(store, name, cancellation);
        return numbers.Count == 0 ? null : ExperimentIds.Of(name, numbers.Max());
    }

    private async Task<ExperimentView> ViewAsync(string id, CancellationToken cancellation) =>
        (await HistoryAsync(id, cancellation)).View(id, await ResultAsync(id, cancellation));

    /// <summary>Looks the id up among those that are there: one that a user made up may be no path.</summary>
    private async Task RequireAsync(string id, CancellationToken cancellation)
    {
        if (!(await ExperimentIds.AllAsync(store, cancellation)).Contains(id))
            throw new ExperimentNotFoundException(id);
    }

    private async Task<ExperimentHistory> HistoryAsync(string id, CancellationToken cancellation)
    {
        var history = new ExperimentHistory(await SpecArtifact.ReadAsync(store, id, cancellation));
        foreach (var happened in await store.ReadEventsAsync(id, cancellation))
            history.Add(happened);
        return history;
    }
}

/// <summary>No experiment has that id.</summary>
public sealed class ExperimentNotFoundException(string id) : Exception($"There is no experiment '{id}'.")
{
    public string Id { get; } = id;
}
