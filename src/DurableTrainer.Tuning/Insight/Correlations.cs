using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Insight;

/// <summary>Which parameters go with which resources and objectives, one pair at a time. The same trials give the same report.</summary>
public static class Correlations
{
    /// <summary>
    /// Of trials that have ended, with the objectives as of full training. What a trial used that failed counts as far as it is known:
    /// it is at least that, which its rank says.
    /// </summary>
    /// <param name="settings">What is searched.</param>
    /// <param name="trials">The trials so far, by number, with what they used.</param>
    public static CorrelationReport Of(SearchSettings settings, IReadOnlyList<TrialRecord> trials)
    {
        var space = new SearchSpace(settings.Space, settings.Constraints);
        trials = [.. trials.Select(trial => trial.AsProposed())];
        var fullLength = new FullLength(settings.Objectives, trials);
        var rows = trials
            .Select(trial => new Row(trial.Values, trial.Usage, ObjectivesOf(trial)))
            .Where(row => row.Usage is not null || row.Objectives is not null)
            .ToList();
        var pairs = Enum.GetValues<MeasuredResource>()
            .SelectMany(resource => Pairs(row => row.Usage?.Of(resource), pair => pair with { Resource = resource }))
            .Concat(settings.Objectives.SelectMany((objective, i) => Pairs(row => row.Objectives?[i], pair => pair with { Metric = objective.Metric })))
            .ToList();
        return new CorrelationReport { Trials = rows.Count, Pairs = Corrected(pairs) };

        double[]? ObjectivesOf(TrialRecord trial) =>
            trial is not { Status: TrialStatus.Completed or TrialStatus.Stopped, Objectives: not null } ? null
            : [.. fullLength.LossesOf(trial).Zip(settings.Objectives, (loss, objective) => objective.Goal == Goal.Maximize ? -loss : loss)];

        IEnumerable<Correlation> Pairs(Func<Row, double?> outcome, Func<Correlation, Correlation> name) => space.Parameters
            .Select((parameter, i) => name(Pair(parameter, [.. rows
                .Select(row => (Value: row.Values[i], Outcome: outcome(row)))
                .Where(pair => pair is { Value: not null, Outcome: { } known } && double.IsFinite(known))
                .Select(pair => (pair.Value!.Value, pair.Outcome!.Value))])))
            .OrderBy(pair => pair.PValue ?? 1).ThenByDescending(pair => Math.Abs(pair.Value ?? 0));
    }

    private static Correlation Pair(Parameter parameter, List<(double Value, double Outcome)> known)
    {
        var isChoice = parameter is ChoiceParameter;
        double[] outcomes = [.. known.Select(pair => pair.Outcome)];
        var found = isChoice
            ? Association.CorrelationRatio([.. known.Select(pair => (int)pair.Value)], outcomes)
            : Association.Spearman([.. known.Select(pair => pair.Value)], outcomes);
        return new Correlation
        {
            Parameter = parameter.Name,
            Measure = isChoice ? CorrelationMeasure.CorrelationRatio : CorrelationMeasure.Spearman,
            Value = found?.Value,
            PValue = found?.PValue,
            Trials = known.Count,
        };
    }

    private static List<Correlation> Corrected(List<Correlation> pairs)
    {
        var corrected = new Queue<double>(Association.Holm([.. pairs.Where(pair => pair.PValue is not null).Select(pair => pair.PValue!.Value)]));
        return [.. pairs.Select(pair => pair.PValue is null ? pair : pair with { CorrectedPValue = corrected.Dequeue() })];
    }

    private sealed record Row(IReadOnlyList<double?> Values, TrialUsage? Usage, double[]? Objectives);
}
