namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>Units of which some are alike: it does not matter which of those has a stage, and so only how many of them are taken is a state.</summary>
internal sealed class UnitKinds
{
    /// <summary>Of ten units that all differ. Where there are more states, units keep the order in which they were given.</summary>
    private const int MostStates = 1 << 10;

    private readonly int[] kinds;
    private readonly int[] counts;
    private readonly int[] weights;
    private readonly bool keepsOrder;

    /// <param name="units">As many as there are stages.</param>
    /// <param name="keepsOrder">Whether they keep the order in which they are given, however few they are.</param>
    public UnitKinds(IReadOnlyList<PipelineUnit> units, bool keepsOrder = false)
    {
        All = [.. units.Distinct()];
        kinds = [.. units.Select(unit => All.IndexOf(unit))];
        counts = [.. kinds.CountBy(kind => kind).OrderBy(count => count.Key).Select(count => count.Value)];
        weights = new int[counts.Length];
        long states = 1;
        for (var kind = 0; kind < counts.Length && states <= MostStates; kind++)
        {
            weights[kind] = (int)states;
            states *= counts[kind] + 1;
        }

        this.keepsOrder = keepsOrder || states > MostStates;
    }

    /// <summary>One unit of each kind.</summary>
    public List<PipelineUnit> All { get; }

    /// <summary>Of which kinds the next stage's unit may be, and which state that leads to.</summary>
    /// <param name="state">Which units are taken; 0 for none.</param>
    /// <param name="stage">Number of the next stage: so many units are taken.</param>
    public IEnumerable<(int Kind, int State)> Next(int state, int stage)
    {
        if (keepsOrder)
            return [(kinds[stage], state)];
        return from kind in Enumerable.Range(0, counts.Length)
               where state / weights[kind] % (counts[kind] + 1) < counts[kind]
               select (kind, state + weights[kind]);
    }

    /// <summary>Orders that differ, of all units by their numbers.</summary>
    public IEnumerable<IReadOnlyList<int>> Orders(int most) => Rest(0, 0).Take(most).Select(order => Numbers(order));

    private IEnumerable<IEnumerable<int>> Rest(int state, int stage) => stage == kinds.Length
        ? [[]]
        : Next(state, stage).SelectMany(next => Rest(next.State, stage + 1).Select(rest => rest.Prepend(next.Kind)));

    /// <summary>Units of these kinds by their numbers: of those that are alike the first one first.</summary>
    public IReadOnlyList<int> Numbers(IEnumerable<int> ofStages)
    {
        var left = kinds.Select((kind, number) => (kind, number)).GroupBy(unit => unit.kind, unit => unit.number).ToDictionary(group => group.Key, group => new Queue<int>(group));
        return [.. ofStages.Select(kind => left[kind].Dequeue())];
    }
}
