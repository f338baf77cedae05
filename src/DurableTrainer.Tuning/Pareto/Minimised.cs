using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Pareto;

/// <summary>Turns objectives of either goal into numbers of which less is better, as everything in this folder takes them.</summary>
public static class Minimised
{
    /// <summary>One number per objective; positive infinity for what was not measured, so that a number is better than none.</summary>
    /// <param name="objectives">What is better than what.</param>
    /// <param name="values">The values, in the order of the objectives.</param>
    public static double[] Of(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<double> values) =>
        [.. objectives.Select((objective, i) => double.IsNaN(values[i]) ? double.PositiveInfinity
            : objective.Goal == Goal.Maximize ? -values[i]
            : values[i])];
}
