using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Tells from the artifacts of an experiment which parameters went with what trials used and reached.</summary>
public static class CorrelationReports
{
    /// <param name="spec">Of the experiment.</param>
    /// <param name="trials">All trials, by number, with what they used.</param>
    /// <param name="events">All that happened.</param>
    public static CorrelationReport Of(ExperimentSpec spec, IReadOnlyList<TrialSummary> trials, IReadOnlyList<ExperimentEvent> events) =>
        Correlations.Of(SearchPlans.SearchOf(spec), TrialRecords.Of(spec, trials, events));
}
