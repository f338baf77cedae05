using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>
/// One that learns from results. It starts with the best points of earlier experiments, where there are any, and then fills the space for
/// as many trials as the spec says, half as many with earlier experiments.
/// </summary>
internal abstract class LearningAgent(UnitSpace space, SearchSettings settings, string start) : SobolAgent(space, settings.Seed, start)
{
    /// <summary>The origin of points that were the best of earlier experiments.</summary>
    public const string Transferred = "transferred";

    private const int TransferredPoints = 3;

    protected SearchSettings Settings => settings;

    protected sealed override bool IsCautious => true;

    public sealed override Choice Choose(TunerState state)
    {
        var hasEarlier = settings.Transferred.Count > 0;
        if (state.Trials.Count(trial => trial.Origin == Transferred) < TransferredPoints && BestEarlier(state) is { } earlier)
            return earlier;
        if (state.Trials.Count < (hasEarlier ? settings.Tuner.Startup / 2 : settings.Tuner.Startup))
            return base.Choose(state);
        return Learned(state) is { } learned
            ? learned with { State = learned.State with { Kernels = SharedHistory.Of(settings, Space, state).KernelFits } }
            : base.Choose(state);
    }

    /// <summary>What follows from the results so far; null while nothing does.</summary>
    protected abstract Choice? Learned(TunerState state);

    private Choice? BestEarlier(TunerState state)
    {
        if (settings.Transferred.Count == 0 || state.Trials.Count >= settings.Tuner.Startup)
            return null;
        var history = new SearchHistory(settings, Space, state);
        var best = settings.Transferred.OrderBy(trial => trial.Rank).Take(TransferredPoints)
            .Select(trial => Space.Of(trial.PointIn(Space.Inner)))
            .FirstOrDefault(history.IsOpen);
        return best is null ? null : new Choice(Space.PointAt(best), Transferred, state);
    }
}
