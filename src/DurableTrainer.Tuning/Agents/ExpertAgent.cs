using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>One expert by itself.</summary>
internal sealed class ExpertAgent(UnitSpace space, SearchSettings settings, Expert expert) : LearningAgent(space, settings, expert.Name)
{
    protected override Choice? Learned(TunerState state)
    {
        var history = SharedHistory.Of(Settings, Space, state);
        return expert.Of(history, expert.RandomOf(history))?.Unit is { } unit
            ? new Choice(Space.PointAt(unit), expert.Name, state)
            : null;
    }
}
