using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Agents;

/// <summary>
/// A learner that chooses points. It is a pure function of the state; what it needs to remember between proposals is in
/// <see cref="TunerState"/>.
/// </summary>
internal abstract class Agent(SearchSpace space)
{
    /// <summary>Candidates that are tried before the agent gives up on finding a point that is allowed and new.</summary>
    private const int MaxDraws = 10_000;

    /// <summary>Spaces up to this size are searched for what is left when drawing finds nothing new.</summary>
    private const double MaxEnumerated = 1_000_000;

    protected SearchSpace Space { get; } = space;

    public static Agent Create(SearchSettings settings, SearchSpace space) => settings.Tuner.Agent switch
    {
        TunerAgent.Random => new RandomAgent(space, settings.Seed),
        TunerAgent.Sobol => new SobolAgent(space, settings.Seed),
        TunerAgent.Gp => new ExpertAgent(space, settings, new Experts.GaussianProcessExpert()),
        var other => throw new NotSupportedException($"The agent '{other}' is not part of this version."),
    };

    /// <summary>The next point that satisfies the constraints and was not proposed before; null when there is none left.</summary>
    /// <param name="state">What was proposed before.</param>
    /// <param name="partial">Values that the point must have.</param>
    /// <returns>The point, and how many candidates have been drawn in all.</returns>
    public virtual (Point? Point, long Drawn) Propose(TunerState state, Point? partial = null)
    {
        var known = state.Trials.Select(trial => trial.PointIn(Space)).ToHashSet();
        var unit = new double[Space.Parameters.Count];
        var drawn = state.Drawn;
        for (var draw = 0; draw < MaxDraws && known.Count < Space.Cardinality; draw++)
        {
            Draw(drawn++, unit);
            var point = partial is null ? Space.Decode(unit) : Space.Complete(partial, unit);
            if (!known.Contains(point) && Space.Satisfies(point))
                return (point, drawn);
        }

        var left = partial is null && Space.Cardinality <= MaxEnumerated
            ? Space.Enumerate().FirstOrDefault(point => !known.Contains(point) && Space.Satisfies(point))
            : null;
        return (left, drawn);
    }

    /// <summary>Candidate number <paramref name="index"/>, as coordinates in [0, 1).</summary>
    protected abstract void Draw(long index, Span<double> unit);
}
