using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Tells from the artifacts of an experiment which parameters mattered.</summary>
public static class ImportanceReports
{
    /// <summary>A report for each objective.</summary>
    /// <param name="spec">Of the experiment.</param>
    /// <param name="trials">All trials, by number.</param>
    /// <param name="events">All that happened, which includes what trials had at each rung.</param>
    public static IReadOnlyList<ImportanceReport> Of(ExperimentSpec spec, IReadOnlyList<TrialSummary> trials, IReadOnlyList<ExperimentEvent> events)
    {
        var (settings, records) = (SearchPlans.SearchOf(spec), TrialRecords.Of(spec, trials, events));
        return [.. spec.Objective.Select((_, objective) => Importance.Of(settings, records, objective))];
    }
}
