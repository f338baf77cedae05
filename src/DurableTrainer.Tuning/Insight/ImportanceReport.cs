using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Insight;

/// <summary>What the trials of a search say about its parameters, for one objective.</summary>
public sealed record ImportanceReport
{
    /// <summary>The objective.</summary>
    public required string Metric { get; init; }

    public required Goal Goal { get; init; }

    /// <summary>Trials that it rests on: those that ended with a value, at whatever epoch that was; what counts is the value as of full training.</summary>
    public required int Trials { get; init; }

    /// <summary>Why there are no numbers, as a sentence; null when there are.</summary>
    public string? Missing { get; init; }

    /// <summary>
    /// Values that are worse than this count as this, so that trials which went wrong altogether do not hide what tells good ones
    /// apart: the median, and from there three times as far as the best is on its other side. Null when no value is worse.
    /// </summary>
    public double? Cutoff { get; init; }

    /// <summary>
    /// Deviation of a value from what the forest tells from other trials: an upper bound of the noise, since it has the forest's own
    /// error in it.
    /// </summary>
    public double? Noise { get; init; }

    /// <summary>Share of the variance of the values that the forest tells from other trials; below 0.3 the rest of this says little.</summary>
    public double? Explained { get; init; }

    /// <summary>All parameters, the most important first.</summary>
    public IReadOnlyList<ParameterEffect> Parameters { get; init; } = [];

    /// <summary>Pairs of parameters that matter together, the most important first; those below a thousandth are left out.</summary>
    public IReadOnlyList<PairEffect> Pairs { get; init; } = [];

    /// <summary>The trials as lines across parallel axes, one for each parameter in the order of the space.</summary>
    public IReadOnlyList<TrialLine> Lines { get; init; } = [];
}

/// <summary>What one parameter does.</summary>
public sealed record ParameterEffect
{
    public required string Name { get; init; }

    /// <summary>Share of the variance over the whole space that is due to it alone, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Deviation of the share over the trees.</summary>
    public required double ShareDeviation { get; init; }

    /// <summary>
    /// Where the objective is best, whatever the others are: the first and the last value of the best range, or the best choices. Values
    /// within a tenth of the whole difference count as best.
    /// </summary>
    public required IReadOnlyList<ParameterValue> Best { get; init; }

    /// <summary>Whether <see cref="Best"/> is the two ends of a range; otherwise it lists choices, the best first.</summary>
    public required bool IsRange { get; init; }

    /// <summary>The objective over the values of the parameter, averaged over all others where it is active.</summary>
    public required IReadOnlyList<DependencePoint> Dependence { get; init; }
}

/// <param name="Value">Of the parameter.</param>
/// <param name="Mean">Of the objective, over the trees.</param>
/// <param name="Deviation">Over the trees.</param>
public readonly record struct DependencePoint(ParameterValue Value, double Mean, double Deviation);

/// <param name="First">A parameter.</param>
/// <param name="Second">Another one.</param>
/// <param name="Share">Share of the variance that is due to both together and to neither alone.</param>
public sealed record PairEffect(string First, string Second, double Share);

/// <param name="Trial">Its number.</param>
/// <param name="Unit">Where it crosses each parameter's axis, from 0 to 1; null where the parameter is not active.</param>
/// <param name="Value">The objective as it was seen.</param>
public sealed record TrialLine(int Trial, IReadOnlyList<double?> Unit, double Value);
