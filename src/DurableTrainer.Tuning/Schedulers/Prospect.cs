using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>What a trial promises that goes on, told from where it stands among others and from what it gained last.</summary>
internal static class Prospect
{
    /// <param name="objectives">What is better than what.</param>
    /// <param name="reports">What the model that goes on has reported, in order; the last one of finite values.</param>
    /// <param name="others">The other trials that have reported something.</param>
    /// <param name="toEpoch">Where it goes on to.</param>
    /// <returns>Null when no other came as far: nothing is known of it then.</returns>
    public static Promise? Of(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<RungValue> reports, IEnumerable<Curve> others, int toEpoch)
    {
        var last = reports[^1];
        var comparison = new Comparison(objectives, last.Values, others.Select(other => other.FirstIn(last.Epoch, toEpoch)).OfType<IReadOnlyList<double>>());
        if (comparison.Count == 1)
            return null;
        return new Promise((comparison.Count - comparison.Place) / (comparison.Count - 1.0), GainOf(objectives, reports));
    }

    /// <summary>How much the first objective became better with each epoch between the last two reports.</summary>
    private static double GainOf(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<RungValue> reports)
    {
        if (reports.Count < 2)
            return 0;
        var (before, last) = (reports[^2], reports[^1]);
        var gain = (Minimised.Of(objectives, before.Values)[0] - Minimised.Of(objectives, last.Values)[0]) / (last.Epoch - before.Epoch);
        return double.IsFinite(gain) ? Math.Max(0, gain) : 0;
    }
}
