using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Finds the trials that are worth choosing from when there are several objectives.</summary>
public static class ParetoFront
{
    /// <summary>
    /// Those of <paramref name="candidates"/> that no other dominates; of several with the same values the first. In the order of the
    /// first objective, best first.
    /// </summary>
    /// <param name="objectives">What is better than what.</param>
    /// <param name="candidates">Whatever has values.</param>
    /// <param name="valuesOf">The values by metric; what has none is left out.</param>
    public static IReadOnlyList<T> Of<T>(
        IReadOnlyList<ObjectiveSpec> objectives, IEnumerable<T> candidates, Func<T, IReadOnlyDictionary<string, double>?> valuesOf)
    {
        var points = candidates
            .Select(candidate => (Candidate: candidate, Values: valuesOf(candidate)))
            .Where(pair => pair.Values is not null)
            .Select(pair => (pair.Candidate, Point: Minimised.Of(objectives, Objectives.ValuesIn(objectives, pair.Values!))))
            .DistinctBy(pair => string.Join(' ', pair.Point.Select(BitConverter.DoubleToInt64Bits)))
            .ToList();
        return [.. Dominance.Front([.. points.Select(pair => pair.Point)])
            .OrderBy(i => points[i].Point, Comparer<double[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Select(i => points[i].Candidate)];
    }

    internal static IReadOnlyList<FrontTrial> Of(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<TrialSummary> trials) =>
        [.. Of(objectives, trials, trial => trial.Values).Select(trial => new FrontTrial
        {
            Trial = trial.Trial,
            Epoch = trial.BestEpoch!.Value,
            Point = trial.Point,
            Values = trial.Values!,
            Metrics = trial.Metrics!,
            Checkpoint = trial.Checkpoint!,
        })];
}
