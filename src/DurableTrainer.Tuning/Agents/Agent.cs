using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
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
        for (var draw = 0; draw < MaxDraws && known.Count < inner.Cardinality; draw++)
        {
            Draw(drawn++, unit);
            var point = partial is null ? inner.Decode(unit) : inner.Complete(partial, unit);
            if (!known.Contains(point) && space.Satisfies(point))
                return new Choice(point, name, state with { Drawn = drawn });
        }

        var left = partial is null && inner.Cardinality <= MaxEnumerated
            ? inner.Enumerate().FirstOrDefault(point => !known.Contains(point) && space.Satisfies(point))
            : null;
        return new Choice(left, name, state with { Drawn = drawn });
    }
}

/// <param name="Point">Null when nothing is left to try.</param>
/// <param name="Origin">Who chose it.</param>
/// <param name="State">The state with what the agent has to remember; the trial itself is not in it yet.</param>
internal sealed record Choice(Point? Point, string Origin, TunerState State);
