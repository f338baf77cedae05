using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Names what a spec asks for and this version cannot do, so that nothing is ignored in silence.</summary>
public static class Availability
{
    private static readonly TunerAgent[] Agents = [TunerAgent.Sobol, TunerAgent.Random];

    /// <param name="spec">A valid spec.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    public static IEnumerable<SpecProblem> Problems(ExperimentSpec spec, IReadOnlyCollection<string> pools)
    {
        if (spec.Objective.Count > 1)
            yield return new("/objective", "several objectives are not part of this version; give one.");
        if (!Agents.Contains(spec.Tuner.Agent))
            yield return NotHere("/tuner/agent", Name(spec.Tuner.Agent), string.Join(" and ", Agents.Select(agent => Name(agent))));
        if (spec.Tuner.TransferFrom.Count > 0)
            yield return NotHere("/tuner/transferFrom", "starting from earlier experiments", "an empty list");
        if (spec.Scheduler is HyperbandSpec or MedianSpec)
            yield return NotHere("/scheduler/type", spec.Scheduler is MedianSpec ? "median" : "hyperband", "asha and none");
        if (spec.Adaptation is { } adaptation)
            yield return NotHere("/adaptation", Name(adaptation.Type), "leaving it out");
        if (spec.Convergence is { Rule: ConvergenceRule.Regret })
            yield return NotHere("/convergence/rule", "regret", "plateau");
        if (!pools.Contains(spec.Quota.Pool))
            yield return new("/quota/pool", $"there is no pool '{spec.Quota.Pool}' here; the pools are: {string.Join(", ", pools)}.");
        if (spec.Retune is not null)
            yield return NotHere("/retune", "scheduled retuning", "leaving it out");
    }

    private static SpecProblem NotHere(string pointer, string what, string instead) =>
        new(pointer, $"{what} is not part of this version; possible: {instead}.");

    private static string Name<TEnum>(TEnum value) where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
}
