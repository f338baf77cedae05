namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>
/// Cuts between layers and orders of units by dynamic programming: of all ways to have given the first layers to the same units, only those go on
/// that no other one is as good as, whatever follows. What an iteration takes grows with the seconds of all stages together and with those of the
/// slowest: for "all forward, then all back" it is those and nothing else (<see cref="Simulation.ClosedForms.GPipeSeconds"/>).
/// </summary>
/// <param name="layers">To be cut.</param>
/// <param name="kinds">Of the units.</param>
/// <param name="microBatches">m.</param>
internal sealed class CutSearch(LayerSums layers, UnitKinds kinds, int microBatches)
{
    /// <summary>Ways that go on from one place at most, so that many layers and units remain quick.</summary>
    private const int Width = 16;

    /// <summary>How much more than what is certainly possible a way may promise: what it takes under the schedule can be less than another's.</summary>
    private const double Slack = 1.1;

    /// <param name="stages">How many.</param>
    /// <param name="fits">Whether a unit of a kind has memory for a stage: its number, its first layer, the layer after its last, the kind.</param>
    /// <returns>The most promising first; none when no cut fits.</returns>
    public IReadOnlyList<PartialCut> Run(int stages, Func<int, int, int, int, bool> fits)
    {
        // A narrow search first: what it finds shows early which ways of a wide one lead nowhere.
        var found = Run(stages, fits, width: 1, double.PositiveInfinity);
        return found.Count == 0 ? [] : Run(stages, fits, Width, Slack * Promise(found[0]));
    }

    private List<PartialCut> Run(int stages, Func<int, int, int, int, bool> fits, int width, double most)
    {
        var fastest = kinds.All.Max(unit => unit.Speed);
        var ways = new Dictionary<(int State, int End), List<PartialCut>> { [(0, 0)] = [PartialCut.Nothing] };
        for (var stage = 0; stage < stages; stage++)
        {
            var next = new Dictionary<(int State, int End), List<PartialCut>>();
            foreach (var ((state, first), cuts) in ways)
            {
                foreach (var (kind, then) in kinds.Next(state, stage))
                {
                    for (var end = stage == stages - 1 ? layers.Count : first + 1; end <= layers.Count - (stages - 1 - stage); end++)
                    {
                        if (!fits(stage, first, end, kind))
                            continue;
                        var (cost, rest) = (layers.Cost(first, end, kinds.All[kind].Speed), layers.Cost(end, layers.Count, fastest).Both);
                        foreach (var cut in cuts)
                        {
                            var longer = cut.With(end, kind, cost);
                            if (Promise(longer) + rest <= most)
                                Add(next, (then, end), longer, width);
                        }
                    }
                }
            }

            ways = next;
        }

        return [.. ways.Values.SelectMany(cuts => cuts).OrderBy(Promise)];
    }

    private void Add(Dictionary<(int State, int End), List<PartialCut>> ways, (int State, int End) place, PartialCut cut, int width)
    {
        if (!ways.TryGetValue(place, out var cuts))
            ways[place] = cuts = [];
        if (cuts.Exists(other => other.IsAsGoodAs(cut)))
            return;
        cuts.RemoveAll(cut.IsAsGoodAs);
        cuts.Add(cut);
        if (cuts.Count > width)
            cuts.Remove(cuts.MaxBy(Promise)!);
    }

    /// <summary>About what an iteration takes, in seconds, were these all stages.</summary>
    private double Promise(PartialCut cut) => cut.Sum + (microBatches - 1) * (cut.MostForward + cut.MostBackward);
}
