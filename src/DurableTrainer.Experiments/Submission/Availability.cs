using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Names what a spec asks for and this version cannot do, so that nothing is ignored in silence.</summary>
public static class Availability
{
    /// <param name="parts">A spec.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    public static IEnumerable<SpecProblem> Problems(SoundParts parts, IReadOnlyCollection<string> pools)
    {
        if (parts.Section<QuotaSpec>("quota") is { } quota && !pools.Contains(quota.Pool))
            yield return new("/quota/pool", $"there is no pool '{quota.Pool}' here; the pools are: {string.Join(", ", pools)}");
    }

    /// <summary>The same for a tuner by itself, which has no earlier experiments to look into.</summary>
    public static IEnumerable<SpecProblem> TunerProblems(SoundParts parts)
    {
        if (parts.Section<TunerSpec>("tuner") is { TransferFrom.Count: > 0 })
            yield return new("/tuner/transferFrom", "there are no earlier experiments here; tell their results with \"add\" instead");
    }
}
