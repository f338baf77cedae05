using System.Globalization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>
/// Asynchronous successive halving, the variant that stops (Li et al., A System for Massively Parallel Hyperparameter Tuning,
/// MLSys 2020): rungs at minEpochs · reductionᵏ; a trial goes on while it is among the best 1/reduction of those that reached its rung.
/// </summary>
internal sealed class AshaScheduler(AshaSpec spec) : Scheduler
{
    public override int NextRung(int epoch, int maxEpochs)
    {
        long rung = spec.MinEpochs;
        while (rung <= epoch)
            rung *= spec.Reduction;
        return (int)Math.Min(rung, maxEpochs);
    }

    public override string? WhyStop(ObjectiveSpec objective, int epoch, double value, IReadOnlyList<double> others)
    {
        var ranked = others.Order(Comparer<double>.Create((a, b) => objective.IsBetter(a, b) ? -1 : objective.IsBetter(b, a) ? 1 : 0)).ToList();
        var places = Math.Max(1, (others.Count + 1) / spec.Reduction);
        if (ranked.Count < places)
            return null;
        var last = ranked[places - 1];
        return objective.IsBetter(last, value)
            ? string.Create(CultureInfo.InvariantCulture,
                $"stopped at epoch {epoch}: {value:0.####} is {(objective.Goal == Goal.Maximize ? "below" : "above")} the best {Share} of {others.Count + 1}, {last:0.####}")
            : null;
    }

    private string Share => spec.Reduction switch
    {
        2 => "half",
        3 => "third",
        4 => "quarter",
        var n => $"1/{n}",
    };
}
