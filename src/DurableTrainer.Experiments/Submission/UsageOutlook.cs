using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Experiments.Submission;

/// <summary>What an experiment is expected to use, where it repeats one that has ended.</summary>
/// <param name="Experiment">The id of the earlier experiment.</param>
/// <param name="Usage">What it leads one to expect.</param>
public sealed record UsageOutlook(string Experiment, ExpectedUsage Usage)
{
    /// <summary>By the latest ended experiment of the same name whose trials lie in the same space.</summary>
    /// <param name="store">Has the earlier experiments.</param>
    /// <param name="spec">Of the experiment that is planned.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Null when there is none, or too little is known of it.</returns>
    public static async Task<UsageOutlook?> OfAsync(ArtifactStore store, ExperimentSpec spec, CancellationToken cancellation = default)
    {
        var numbers = await ExperimentIds.NumbersOfAsync(store, spec.Name, cancellation);
        foreach (var id in numbers.OrderDescending().Select(number => ExperimentIds.Of(spec.Name, number)))
        {
            if (await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(id), cancellation) is not { } result
                || await store.ReadJsonAsync<ExperimentUsage>(ArtifactPaths.Usage(id), cancellation) is not { } usage)
            {
                continue;
            }

            var earlier = await SpecArtifact.ReadAsync(store, id, cancellation);
            if (UsageForecast.Of(SearchSpace.Of(spec), Plan(spec, earlier), Trials(earlier, result.WithUsage(usage))) is { } expected)
                return new UsageOutlook(id, expected);
        }

        return null;
    }

    private static PlannedTrials Plan(ExperimentSpec spec, ExperimentSpec earlier) => new()
    {
        Trials = (int)Math.Min(spec.Budget.Trials, SearchSpace.Of(spec).Cardinality),
        Lanes = SearchPlans.LanesOf(spec),
        Epochs = SearchPlans.SearchOf(spec).Epochs,
        // Another scheduler stops others: without knowing whom, all epochs count.
        EpochShare = spec.Scheduler == earlier.Scheduler ? null : 1,
        Limits = spec.Limits,
        Seed = spec.Seed,
    };

    /// <summary>Those that trained with one point.</summary>
    private static List<EarlierTrialUsage> Trials(ExperimentSpec earlier, IReadOnlyList<TrialSummary> trials) =>
        [.. trials.Where(trial => trial is { Lineage: null, Usage.Epochs: > 0 }).Select(trial => new EarlierTrialUsage(
            trial.Point,
            trial.Usage!,
            trial.Status is TrialStatus.Failed,
            Math.Min(1, (double)trial.Usage!.Epochs / earlier.Training.EpochsAt(trial.Point))))];
}
