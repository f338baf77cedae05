using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Experiments.Reports;

/// <summary>What a report tells of: an experiment that has ended.</summary>
/// <param name="Spec">As submitted, completed.</param>
/// <param name="Result">What it found.</param>
/// <param name="Usage">What it took.</param>
/// <param name="Events">All that happened.</param>
/// <param name="Importance">Which parameters mattered, a report for each objective.</param>
/// <param name="Correlations">Which parameters went with what.</param>
public sealed record ReportContent(
    ExperimentSpec Spec,
    ExperimentResult Result,
    ExperimentUsage Usage,
    IReadOnlyList<ExperimentEvent> Events,
    IReadOnlyList<ImportanceReport> Importance,
    CorrelationReport Correlations)
{
    /// <summary>An iteration of each trial whose model was pipelined.</summary>
    public IReadOnlyList<PipelineTimeline> Pipelines { get; init; } = [];
}
