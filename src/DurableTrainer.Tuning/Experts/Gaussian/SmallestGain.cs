using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>
/// How much a trial must gain to be worth it: much while there is budget to look elsewhere, next to nothing at the end. A search that polishes
/// what it has found too early has no trials left for a better place; the last digits take few trials, and lose nothing by coming last.
/// </summary>
internal static class SmallestGain
{
    private const double AtStart = 0.3;
    private const double AtEnd = 0.0003;

    /// <summary>As a share of the spread of what was seen; falls geometrically. Without a budget, what holds at its end.</summary>
    public static double Of(SearchHistory history)
    {
        if (history.Settings.Trials is not { } budget)
            return AtEnd;
        var done = Math.Min(1, (double)history.State.Trials.Count / budget);
        return AtStart * Math.Pow(AtEnd / AtStart, done);
    }
}
