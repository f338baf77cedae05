using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>One expert by itself, after a start that fills the space.</summary>
internal sealed class ExpertAgent(UnitSpace space, SearchSettings settings, Expert expert) : SobolAgent(space, settings.Seed, expert.Name)
{
    public override Choice Choose(TunerState state)
    {
        if (state.Trials.Count < settings.Tuner.Startup)
            return base.Choose(state);
        var opinion = expert.Of(
            new SearchHistory(settings, Space, state), new KeyedRandom(settings.Seed, "agent/" + expert.Name, step: state.Trials.Count));
        return opinion is null ? base.Choose(state) : new Choice(Space.PointAt(opinion.Unit), expert.Name, state);
    }
}
