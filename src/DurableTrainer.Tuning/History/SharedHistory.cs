using System.Runtime.CompilerServices;

namespace DurableTrainer.Tuning.History;

/// <summary>The history of a state, once for all who ask while the state is in use: what it believes takes time to find out.</summary>
internal static class SharedHistory
{
    private static readonly ConditionalWeakTable<TunerState, SearchHistory> Known = [];

    public static SearchHistory Of(SearchSettings settings, UnitSpace space, TunerState state)
    {
        if (Known.TryGetValue(state, out var known) && ReferenceEquals(known.Settings, settings) && ReferenceEquals(known.Space, space))
            return known;
        var history = new SearchHistory(settings, space, state);
        Known.AddOrUpdate(state, history);
        return history;
    }
}
