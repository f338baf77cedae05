using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>The rule that continues and stops trials at rungs.</summary>
internal abstract class Scheduler
{
    private static readonly ObjectiveSpec Place = new() { Metric = "place", Goal = Goal.Minimize };

    public static Scheduler Create(SchedulerSpec spec) => spec switch
    {
        NoSchedulerSpec => new NoScheduler(),
        AshaSpec asha => new AshaScheduler(asha),
        _ => throw new NotSupportedException($"The scheduler '{spec.GetType().Name}' is not part of this version."),
    };

    /// <summary>The first epoch after <paramref name="epoch"/> at which a decision is made; at most <paramref name="maxEpochs"/>.</summary>
    public abstract int NextRung(int epoch, int maxEpochs);

    /// <summary>
    /// Why a trial that stands at a rung is not worth going on, or null when it is. With several objectives trials are compared by
    /// their places on the Pareto fronts of the rung: non-dominated rank first, the loneliest of a rank first.
    /// </summary>
    /// <param name="objectives">What is better than what.</param>
    /// <param name="epoch">The rung.</param>
    /// <param name="values">The trial's values there, in the order of the objectives.</param>
    /// <param name="others">The values that other trials had there.</param>
    public string? WhyStop(
        IReadOnlyList<ObjectiveSpec> objectives, int epoch, IReadOnlyList<double> values, IReadOnlyList<IReadOnlyList<double>> others)
    {
        if (objectives.Count == 1)
            return WhyStop(objectives[0], epoch, values[0], [.. others.Select(other => other[0])]);
        List<double[]> points = [.. others.Prepend(values).Select(trial => Minimised.Of(objectives, trial))];
        var places = Crowding.Places(points);
        if (WhyStop(Place, epoch, places[0], [.. places.Skip(1).Select(place => (double)place)]) is null)
            return null;
        var better = points.Count(other => Dominance.Dominates(other, points[0]));
        var names = string.Join(" and ", objectives.Select(objective => objective.Metric));
        return $"stopped at epoch {epoch}: place {places[0]} of {points.Count} by {names} together; " + better switch
        {
            0 => "none is better in all of them, but others differ more from each other",
            1 => "1 other trial is better in one of them and worse in none",
            _ => $"{better} other trials are better in one of them and worse in none",
        };
    }

    /// <summary>Why a trial that stands at a rung is not worth going on, or null when it is.</summary>
    /// <param name="objective">What is better than what.</param>
    /// <param name="epoch">The rung.</param>
    /// <param name="value">The trial's value there.</param>
    /// <param name="others">The values that other trials had there.</param>
    public abstract string? WhyStop(ObjectiveSpec objective, int epoch, double value, IReadOnlyList<double> others);
}

/// <summary>Every trial runs to its last epoch.</summary>
internal sealed class NoScheduler : Scheduler
{
    public override int NextRung(int epoch, int maxEpochs) => maxEpochs;

    public override string? WhyStop(ObjectiveSpec objective, int epoch, double value, IReadOnlyList<double> others) => null;
}
