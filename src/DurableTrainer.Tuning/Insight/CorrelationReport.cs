using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Tuning.Insight;

/// <summary>What of a search goes together: every parameter with every resource and every objective.</summary>
public sealed record CorrelationReport
{
    /// <summary>Trials that something is known of.</summary>
    public required int Trials { get; init; }

    /// <summary>By resource (memory, then the processor and running time of an epoch) and objective, and in each the surest first.</summary>
    public required IReadOnlyList<Correlation> Pairs { get; init; }
}

/// <summary>How a parameter and what trials came to go together.</summary>
public sealed record Correlation
{
    public required string Parameter { get; init; }

    /// <summary>The resource; null where it is an objective.</summary>
    public MeasuredResource? Resource { get; init; }

    /// <summary>The metric of the objective; null where it is a resource.</summary>
    public string? Metric { get; init; }

    public required CorrelationMeasure Measure { get; init; }

    /// <summary>Spearman's from -1 to 1, the correlation ratio from 0 to 1; null where one side never changes, or too few are known.</summary>
    public double? Value { get; init; }

    /// <summary>How likely something as strong is where nothing goes together.</summary>
    public double? PValue { get; init; }

    /// <summary>The same with all pairs of the report in mind: below 0.05 it is no chance find among so many.</summary>
    public double? CorrectedPValue { get; init; }

    /// <summary>Trials that it rests on: those in which the parameter was active and the other side is known.</summary>
    public required int Trials { get; init; }
}

public enum CorrelationMeasure
{
    /// <summary>Spearman's rank correlation, of parameters with an order.</summary>
    Spearman,

    /// <summary>The correlation ratio η of ranks, of choices.</summary>
    CorrelationRatio,
}
