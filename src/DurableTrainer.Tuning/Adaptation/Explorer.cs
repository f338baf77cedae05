using System.Diagnostics;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>Chooses with which values of adjustable parameters a trial goes on that has taken over another's model.</summary>
internal abstract class Explorer(UnitSpace space)
{
    protected UnitSpace Space => space;

    public static Explorer Create(SearchSettings settings, UnitSpace space) => settings.Adaptation!.Type switch
    {
        AdaptationType.Pbt => new Perturbation(settings, space),
        AdaptationType.Pb2 => new PopulationBandit(settings, space),
        _ => throw new UnreachableException(),
    };

    /// <summary>The donor's point, changed where that is allowed; it keeps bounds, conditions and constraints.</summary>
    /// <param name="state">With the report after which the trial takes over.</param>
    /// <param name="trial">Who takes over.</param>
    /// <param name="donor">What it takes over.</param>
    /// <param name="point">The point of the donor then.</param>
    public abstract Point Explore(TunerState state, int trial, Milestone donor, Point point);

    /// <summary>The point with other values of parameters that are active in it.</summary>
    protected static Point With(Point point, Func<string, ParameterValue, ParameterValue> change) =>
        new(point.Select(pair => KeyValuePair.Create(pair.Key, change(pair.Key, pair.Value))));
}
