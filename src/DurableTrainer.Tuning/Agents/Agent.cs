using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Experts.Gaussian;
using DurableTrainer.Tuning.Experts.Parzen;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>
/// A learner that chooses points. It is a pure function of settings and state; what it needs to remember between proposals is in
/// <see cref="TunerState"/>. This much of it draws points one after the other and takes the first that is open.
/// </summary>
internal abstract class Agent(UnitSpace space, string name)
{
    /// <summary>Candidates that are tried before the agent gives up on finding a point that is allowed and new.</summary>
    private const int MaxDraws = 10_000;

    /// <summary>Spaces up to this size are searched for what is left when drawing finds nothing new.</summary>
    private const double MaxEnumerated = 1_000_000;

    protected UnitSpace Space => space;

    /// <summary>Whether it leaves alone not only what is sure to be too dear, but what may well be.</summary>
    protected virtual bool IsCautious => false;

    public static Agent Create(SearchSettings settings, UnitSpace space) => settings.Tuner.Agent switch
    {
        TunerAgent.Random => new RandomAgent(space, settings.Seed),
        TunerAgent.Grid => new GridAgent(space, settings),
        TunerAgent.Sobol => new SobolAgent(space, settings.Seed),
        TunerAgent.Tpe => new ExpertAgent(space, settings, new ParzenExpert()),
        TunerAgent.Gp => new ExpertAgent(space, settings, GaussianExpert.Believer()),
        TunerAgent.Bandit => new BanditAgent(space, settings),
        var other => throw new ArgumentOutOfRangeException(nameof(settings), other, "There is no such agent."),
    };

    /// <summary>The next point that satisfies the constraints and was not proposed before; none when there is none left.</summary>
    public virtual Choice Choose(TunerState state) => Draw(state, null);

    /// <summary>A point with the values that <paramref name="partial"/> gives, under the same conditions.</summary>
    public Choice Complete(TunerState state, Point partial) => Draw(state, partial);

    /// <summary>Candidate number <paramref name="index"/>, as coordinates in [0, 1).</summary>
    protected abstract void Draw(long index, Span<double> unit);

    protected Choice Draw(TunerState state, Point? partial)
    {
        var inner = space.Inner;
        var known = state.Trials.Select(trial => trial.PointIn(inner)).ToHashSet();
        var unit = new double[space.Dimensions];
        var drawn = state.Drawn;
        // Of a point that the user gave a part of, the user decides what it may take.
        var mask = partial is null ? LimitMask.Of(space, state) : null;
        (Point Point, double Excess)? cheapest = null;
        for (var draw = 0; draw < MaxDraws && known.Count < inner.Cardinality; draw++)
        {
            Draw(drawn++, unit);
            var point = partial is null ? inner.Decode(unit) : inner.Complete(partial, unit);
            if (known.Contains(point) || !space.Satisfies(point))
                continue;
            var place = mask is null ? [] : space.Of(point);
            if (mask is null || (IsCautious ? mask.IsSafe(place) : !mask.Forbids(place)))
                return new Choice(point, name, state with { Drawn = drawn });
            if (mask.Excess(place) is var excess && !(excess >= cheapest?.Excess))
                cheapest = (point, excess);
        }

        var left = partial is null && inner.Cardinality <= MaxEnumerated
            ? inner.Enumerate().Where(point => !known.Contains(point) && space.Satisfies(point))
            : [];
        // Where nothing is left but what may be too dear, what needs least is better than nothing.
        var chosen = cheapest?.Point ?? left.FirstOrDefault(point => mask?.Forbids(point) is not true) ?? left.FirstOrDefault();
        return new Choice(chosen, name, state with { Drawn = drawn });
    }
}

/// <param name="Point">Null when nothing is left to try.</param>
/// <param name="Origin">Who chose it.</param>
/// <param name="State">The state with what the agent has to remember; the trial itself is not in it yet.</param>
internal sealed record Choice(Point? Point, string Origin, TunerState State);
