using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Bandits;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>The bandit over experts, after a start that fills the space.</summary>
internal sealed class BanditAgent(UnitSpace space, SearchSettings settings) : SobolAgent(space, settings.Seed, "bandit/start")
{
    public override Choice Choose(TunerState state)
    {
        if (state.Trials.Count < settings.Tuner.Startup)
            return base.Choose(state);
        var random = new KeyedRandom(settings.Seed, "agent/bandit", step: state.Trials.Count);
        return Bandit.Choose(new SearchHistory(settings, Space, state), state.Bandit, random) is var (unit, expert, bandit)
            ? new Choice(Space.PointAt(unit), $"bandit/{expert}", state with { Bandit = bandit })
            : base.Choose(state);
    }
}
