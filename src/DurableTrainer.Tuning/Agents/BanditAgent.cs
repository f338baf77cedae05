using DurableTrainer.Tuning.Bandits;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>The bandit over experts.</summary>
internal sealed class BanditAgent(UnitSpace space, SearchSettings settings) : LearningAgent(space, settings, "bandit/start")
{
    protected override Choice? Learned(TunerState state) =>
        Bandit.Choose(SharedHistory.Of(Settings, Space, state), state.Bandit) is var (unit, expert, bandit)
            ? new Choice(Space.PointAt(unit), $"bandit/{expert}", state with { Bandit = bandit })
            : null;
}
