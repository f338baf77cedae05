using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>One expert by itself.</summary>
internal sealed class ExpertAgent(UnitSpace space, SearchSettings settings, Expert expert) : LearningAgent(space, settings, expert.Name)
{
    protected override Choice? Learned(TunerState state)
    {
        var random = new KeyedRandom(Settings.Seed, "agent/" + expert.Name, step: state.Trials.Count);
        return expert.Of(SharedHistory.Of(Settings, Space, state), random)?.Unit is { } unit
            ? new Choice(Space.PointAt(unit), expert.Name, state)
            : null;
    }
}
