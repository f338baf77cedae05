using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>
/// Cuts a model into stages for units that may differ in speed and in memory. A search offers cuts, the simulator tells what each takes under the
/// schedule, and from the best of them layers move over a border as long as that saves time.
/// </summary>
internal sealed class StageCutter
{
    /// <summary>Instructions that are simulated in all to better a cut: below a second.</summary>
    private const long MostSimulated = 2_000_000;

    /// <summary>Cuts from which layers are moved: where memory is short, the best one may be in a dead end.</summary>
    private const int Starts = 8;

    /// <summary>Orders of units that are tried for interleaved stages: all of those of four units.</summary>
    private const int MostOrders = 24;

    private readonly LayerSums layers;
    private readonly IReadOnlyList<PipelineUnit> units;
    private readonly Schedule schedule;
    private readonly double hop;
    private readonly int[] mostInFlight;
    private long simulated;

    private StageCutter(LayerSums layers, IReadOnlyList<PipelineUnit> units, Schedule schedule, double hop)
    {
        (this.layers, this.units, this.schedule, this.hop) = (layers, units, schedule, hop);
        mostInFlight = [.. Enumerable.Range(0, schedule.Stages).Select(schedule.MostInFlight)];
    }

    /// <param name="layers">From the one that takes the batch to the one that gives the loss.</param>
    /// <param name="units">All of them get stages, in whatever order is best.</param>
    /// <param name="kind">The schedule.</param>
    /// <param name="microBatches">m.</param>
    /// <param name="hop">Seconds that a value is on its way from one unit to another.</param>
    /// <param name="stagesPerUnit">v, above 1 for interleaved stages alone.</param>
    /// <exception cref="ProcessorException">There are fewer layers than stages, or the units have no memory for any cut.</exception>
    public static StageCut Cut(
        IReadOnlyList<LayerCost> layers, IReadOnlyList<PipelineUnit> units, PipelineSchedule kind, int microBatches, double hop = 0, int stagesPerUnit = 1)
    {
        var schedule = Schedule.Of(kind, units.Count, microBatches, stagesPerUnit);
        if (layers.Count < schedule.Stages)
        {
            throw new ProcessorException(
                $"/parallel/units: {schedule.Stages} stages need a layer each, and the model can be cut into {layers.Count} at most; choose fewer units{(stagesPerUnit > 1 ? " or fewer stages on each" : "")}.");
        }

        return new StageCutter(new LayerSums(layers), units, schedule, hop).Run();
    }

    private StageCut Run()
    {
        var kinds = new UnitKinds(units);
        var offered = schedule.Stages > units.Count ? Thin(kinds) : Thick(kinds);
        var best = offered.OrderBy(Badness).Take(Starts).Select(Bettered).MinBy(Badness)!;
        return Excess(best) == 0 ? best : throw new ProcessorException(Refusal(best));
    }

    /// <summary>A stage for each unit: those that fit or, if there are none, those that would be quickest with more memory.</summary>
    private IEnumerable<StageCut> Thick(UnitKinds kinds)
    {
        var search = new CutSearch(layers, kinds, schedule.MicroBatches);
        var fitting = search.Run(units.Count, (stage, first, end, kind) => kinds.All[kind].MemoryBytes is not { } memory
            || layers.ParameterBytes(first, end) + mostInFlight[stage] * layers.InFlightBytes(first, end) <= memory);
        return (fitting.Count > 0 ? fitting : search.Run(units.Count, Any)).Select(cut => Of(cut, kinds.Numbers(cut.Kinds())));
    }

    /// <summary>
    /// Several stages for each unit: units are in some order, and stay in it round after round. What a unit has memory for is known when all its
    /// stages are, and so it is for <see cref="Bettered"/> to see to it.
    /// </summary>
    private IEnumerable<StageCut> Thin(UnitKinds kinds) =>
        from order in kinds.Orders(MostOrders)
        let rounds = Enumerable.Range(0, schedule.Stages).Select(stage => order[schedule.UnitOf(stage)]).ToArray()
        let inOrder = new UnitKinds([.. rounds.Select(unit => units[unit])], keepsOrder: true)
        from cut in new CutSearch(layers, inOrder, schedule.MicroBatches).Run(schedule.Stages, Any)
        select Of(cut, rounds);

    private static bool Any(int stage, int first, int end, int kind) => true;

    /// <summary>What would take less memory too much is better, then what is quicker.</summary>
    private (long, double) Badness(StageCut cut) => (Excess(cut), cut.Predicted.Seconds);

    /// <summary>Bytes that units would need and do not have.</summary>
    private long Excess(StageCut cut) => cut.PeakBytes.Index().Sum(peak => Math.Max(0, peak.Item - (units[cut.Units[peak.Index]].MemoryBytes ?? long.MaxValue)));

    private StageCut Bettered(StageCut best)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var other in Neighbours(best).TakeWhile(_ => simulated < MostSimulated))
            {
                if (Badness(other).CompareTo(Badness(best)) < 0)
                    (best, moved) = (other, true);
            }
        }

        return best;
    }

    /// <summary>With one layer on the other side of one border, or with two units that have exchanged their stages.</summary>
    private IEnumerable<StageCut> Neighbours(StageCut cut)
    {
        var firstLayers = cut.FirstLayers;
        for (var stage = 1; stage < firstLayers.Count; stage++)
        {
            if (firstLayers[stage] - firstLayers[stage - 1] > 1)
                yield return Of([.. firstLayers.Select((first, other) => other == stage ? first - 1 : first)], cut.Units);
            if (End(firstLayers, stage) - firstLayers[stage] > 1)
                yield return Of([.. firstLayers.Select((first, other) => other == stage ? first + 1 : first)], cut.Units);
        }

        for (var one = 0; one < units.Count; one++)
        {
            for (var two = one + 1; two < units.Count; two++)
            {
                if (units[one] != units[two])
                    yield return Of(firstLayers, [.. cut.Units.Select(unit => unit == one ? two : unit == two ? one : unit)]);
            }
        }
    }

    private StageCut Of(PartialCut cut, IReadOnlyList<int> unitOfStage) => Of([.. cut.Stages().Select(stage => stage.Before!.End)], unitOfStage);

    private StageCut Of(IReadOnlyList<int> firstLayers, IReadOnlyList<int> unitOfStage)
    {
        StageCost[] costs = [.. firstLayers.Select((first, stage) => layers.Cost(first, End(firstLayers, stage), units[unitOfStage[stage]].Speed))];
        simulated += schedule.Units * schedule.ByUnit[0].Count;
        return new StageCut(schedule, firstLayers, unitOfStage, costs, PeakBytes(firstLayers), PipelineSimulator.Run(schedule, costs, hop));
    }

    /// <summary>By the order of a unit's instructions, as its stages do not have the most in flight all at once.</summary>
    private long[] PeakBytes(IReadOnlyList<int> firstLayers)
    {
        long[] inFlight = [.. firstLayers.Select((first, stage) => layers.InFlightBytes(first, End(firstLayers, stage)))];
        var peaks = new long[schedule.Units];
        for (var unit = 0; unit < peaks.Length; unit++)
        {
            var now = Enumerable.Range(0, schedule.Stages).Where(stage => schedule.UnitOf(stage) == unit)
                .Sum(stage => layers.ParameterBytes(firstLayers[stage], End(firstLayers, stage)));
            foreach (var (kind, stage, _) in schedule.ByUnit[unit])
            {
                now += kind switch { InstructionKind.Forward => inFlight[stage], InstructionKind.BackwardInputs => 0, _ => -inFlight[stage] };
                peaks[unit] = Math.Max(peaks[unit], now);
            }
        }

        return peaks;
    }

    /// <summary>Why no cut fits, told of the one that comes nearest.</summary>
    private string Refusal(StageCut nearest)
    {
        var at = Enumerable.Range(0, schedule.Units).First(unit => nearest.PeakBytes[unit] > units[nearest.Units[unit]].MemoryBytes);
        var stages = Enumerable.Range(0, schedule.Stages).Where(stage => schedule.UnitOf(stage) == at)
            .Select(stage => $"stage {stage} ({layers.Describe(nearest.FirstLayers[stage], End(nearest.FirstLayers, stage))})");
        return $"/parallel/units/{nearest.Units[at]}/memory: {string.Join(" and ", stages)} would take {nearest.PeakBytes[at]} bytes with the micro-batches in flight, the unit may take {units[nearest.Units[at]].MemoryBytes}, and no cut was found that fits; choose smaller micro-batches, another schedule or more memory.";
    }

    private int End(IReadOnlyList<int> firstLayers, int stage) => stage + 1 < firstLayers.Count ? firstLayers[stage + 1] : layers.Count;
}
