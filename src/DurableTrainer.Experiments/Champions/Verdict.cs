using System.Globalization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Champions;

/// <summary>Decides between a champion and its challenger.</summary>
/// <param name="IsPromoted">Whether the challenger takes its place.</param>
/// <param name="Reason">Why, as a sentence.</param>
internal sealed record Verdict(bool IsPromoted, string Reason)
{
    /// <param name="promotion">The rule; <see cref="Promotion.Never"/> challenges nobody.</param>
    /// <param name="objective">Says which values are better.</param>
    /// <param name="metric">What they are compared by.</param>
    /// <param name="value">The challenger's.</param>
    /// <param name="rival">The champion; null when there is none.</param>
    public static Verdict Of(Promotion promotion, ObjectiveSpec objective, string metric, double value, Rival? rival)
    {
        if (rival is null)
            return new Verdict(true, $"promoted: {metric} {Number(value)}, the first of its name");
        var comparison = rival.Value is { } other
            ? $"{metric} {Number(value)} against {Number(other)} of {rival.Experiment}{(rival.Doubt is null ? "" : $", {rival.Doubt}")}"
            : $"{rival.Experiment} cannot be measured on these samples ({rival.Doubt})";
        if (promotion == Promotion.Always)
            return new Verdict(true, $"promoted, as always: {comparison}");
        return rival.Value is { } best && objective.IsBetter(value, best)
            ? new Verdict(true, $"promoted: {comparison}")
            : new Verdict(false, $"not promoted: {comparison}");
    }

    private static string Number(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}

/// <summary>A champion as it is challenged.</summary>
/// <param name="Experiment">The experiment that found it.</param>
/// <param name="Value">Its value; null when it could not be measured.</param>
/// <param name="Doubt">What to know about the value, or why there is none.</param>
public sealed record Rival(string Experiment, double? Value, string? Doubt);
