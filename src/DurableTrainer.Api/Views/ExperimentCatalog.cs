using System.Collections.Concurrent;
using DurableTrainer.Api.Events;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Api.Views;

/// <summary>Finds experiments and tells how they stand, from their artifacts alone: no engine is needed, and none is disturbed.</summary>
public sealed class ExperimentCatalog
{
    private readonly ArtifactStore store;
    private readonly LiveExperiments live;

    /// <summary>Ended experiments look the same for ever.</summary>
    private readonly ConcurrentDictionary<string, ExperimentView> ended = new(StringComparer.Ordinal);

    /// <param name="store">Has the artifacts.</param>
    /// <param name="live">Knows what happens meanwhile; without, every experiment is as it is when it is first looked at.</param>
    public ExperimentCatalog(ArtifactStore store, LiveExperiments? live = null)
    {
        this.store = store;
        this.live = live ?? new LiveExperiments(store);
    }

    /// <summary>All experiments, newest first.</summary>
    /// <param name="name">Only those of a name; all when null.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public async Task<IReadOnlyList<ExperimentView>> ListAsync(string? name = null, CancellationToken cancellation = default)
    {
        var views = new List<ExperimentView>();
        foreach (var id in await ExperimentIds.AllAsync(store, cancellation))
        {
            if (name is null || ExperimentIds.NameOf(id) == name)
                views.Add(ended.TryGetValue(id, out var view) ? view : await GetAsync(id, cancellation));
        }

        return [.. views.OrderByDescending(view => view.Since).ThenByDescending(view => view.Id, StringComparer.Ordinal)];
    }

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<ExperimentView> GetAsync(string id, CancellationToken cancellation = default)
    {
        var experiment = await live.GetAsync(id, cancellation);
        var view = experiment.View();
        if (experiment is { HasEnded: true, Result: not null })
            ended[id] = view;
        return view;
    }

    /// <summary>The spec of an experiment, as submitted and completed.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<ExperimentSpec> SpecAsync(string id, CancellationToken cancellation = default) => (await live.GetAsync(id, cancellation)).Spec;

    /// <summary>The trials of an experiment, by number.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<IReadOnlyList<TrialView>> TrialsAsync(string id, CancellationToken cancellation = default) =>
        (await live.GetAsync(id, cancellation)).Trials();

    /// <summary>What has happened in an experiment, in order.</summary>
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id, CancellationToken cancellation = default) =>
        (await live.GetAsync(id, cancellation)).Events();

    /// <summary>Forgets an experiment that is deleted.</summary>
    public void Forget(string id)
    {
        live.Forget(id);
        ended.TryRemove(id, out _);
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
}

/// <summary>No experiment has that id.</summary>
public sealed class ExperimentNotFoundException(string id) : Exception($"There is no experiment '{id}'.")
{
    public string Id { get; } = id;
}
