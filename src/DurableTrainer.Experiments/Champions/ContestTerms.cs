using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Champions;

/// <summary>How the best model of an experiment challenges the champion of its name.</summary>
/// <param name="Promotion">Who wins.</param>
/// <param name="Metric">What they are compared by.</param>
/// <param name="IsMeasured">Whether the champion is measured on the challenger's samples; else what it reached then counts.</param>
/// <param name="OnValidation">Whether on the samples that trials are compared by, since no others were held out.</param>
public sealed record ContestTerms(Promotion Promotion, string Metric, bool IsMeasured, bool OnValidation)
{
    private const string Validation = "validation.", Test = "test.";

    /// <param name="spec">The spec.</param>
    /// <param name="hasTestData">Whether samples were held out for a last measurement.</param>
    /// <returns>Null when nothing is to be promoted.</returns>
    public static ContestTerms? Of(ExperimentSpec spec, bool hasTestData)
    {
        if (spec.Retune is not { Promote: not Promotion.Never and var promotion })
            return null;
        var metric = spec.Objective[0].Metric;
        // Only what the workers measure themselves can be measured of another model.
        if (spec.Training.RunsCommand || !metric.StartsWith(Validation, StringComparison.Ordinal))
            return new ContestTerms(promotion, metric, IsMeasured: false, OnValidation: false);
        return hasTestData
            ? new ContestTerms(promotion, Test + metric[Validation.Length..], IsMeasured: true, OnValidation: false)
            : new ContestTerms(promotion, metric, IsMeasured: true, OnValidation: true);
    }
}
