using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>One expert, after a space-filling start.</summary>
internal sealed class ExpertAgent(SearchSpace space, SearchSettings settings, Expert expert) : Agent(space)
{
    private readonly SobolSequence sequence = new(space.Parameters.Count, settings.Seed);
    private readonly UnitSpace unitSpace = new(space);

    public override (Point? Point, long Drawn) Propose(TunerState state, Point? partial = null)
    {
        if (partial is null && state.Trials.Count >= settings.Tuner.Startup)
        {
            var history = new SearchHistory(settings, unitSpace, state);
            if (expert.Propose(history, new KeyedRandom(settings.Seed, "expert/" + expert.Name, state.Trials.Count)) is { } unit)
                return (unitSpace.PointAt(unit), state.Drawn);
        }

        return base.Propose(state, partial);
    }

    protected override void Draw(long index, Span<double> unit) => sequence.At((uint)index, unit);
}
