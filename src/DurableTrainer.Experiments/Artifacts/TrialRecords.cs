using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Tells from the artifacts of an experiment what its tuner knew of the trials in the end.</summary>
internal static class TrialRecords
{
    /// <param name="spec">Of the experiment.</param>
    /// <param name="trials">All trials, by number.</param>
    /// <param name="events">All that happened, which includes what trials had at each rung.</param>
    public static IReadOnlyList<TrialRecord> Of(ExperimentSpec spec, IReadOnlyList<TrialSummary> trials, IReadOnlyList<ExperimentEvent> events)
    {
        var space = SearchSpace.Of(spec);
        var rungs = events
            .Where(happened => happened is { Type: ExperimentEventType.SliceEnded, Trial: not null, Epoch: not null })
            .OrderBy(happened => happened.Slice)
            .ToLookup(happened => happened.Trial!.Value, happened => new RungValue(happened.Epoch!.Value, ValuesOf(spec.Objective, happened)));
        var proposed = events.Where(happened => happened.Type == ExperimentEventType.TrialStarted).DistinctBy(happened => happened.Trial)
            .ToDictionary(happened => happened.Trial!.Value, happened => happened.Point!);
        var adjusted = events.Where(happened => happened.Type == ExperimentEventType.TrialAdjusted).GroupBy(happened => happened.Trial!.Value)
            .ToDictionary(changes => changes.Key, changes => changes.Min(change => change.Epoch!.Value));
        return [.. trials.Select(trial => adjusted.TryGetValue(trial.Trial, out var epoch)
            ? UntilAdjusted(trial, proposed[trial.Trial], epoch)
            : TrialRecord.Of(space, trial.Point, trial.Origin) with
            {
                Status = trial.Status,
                Objectives = trial.Value is null ? null : Objectives.ValuesIn(spec.Objective, trial.Metrics!),
                Rungs = [.. rungs[trial.Trial]],
                Usage = trial.Usage is { } used ? TrialUsage.Of(used, hasFailed: trial.Status == TrialStatus.Failed, spec.Limits) : null,
            })];

        // What came after is due to other values, and mostly to another model.
        TrialRecord UntilAdjusted(TrialSummary trial, Point point, int epoch)
        {
            RungValue[] own = [.. rungs[trial.Trial].TakeWhile(rung => rung.Epoch <= epoch)];
            return TrialRecord.Of(space, point, trial.Origin) with { Status = TrialStatus.Stopped, Objectives = own[^1].Values, Rungs = own };
        }
    }

    private static double[] ValuesOf(IReadOnlyList<ObjectiveSpec> objectives, ExperimentEvent happened) =>
        objectives.Count == 1
            ? [happened.Value ?? double.NaN]
            : Objectives.ValuesIn(objectives, happened.Values ?? new Dictionary<string, double>());
}
