using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Cutting;

public class StageCutterTests
{
    private static readonly PipelineUnit Plain = new(1, null);

    /// <summary>"All forward, then all back" takes what the search compares, and so its cut is the best one; others are within a little of it.</summary>
    [Theory]
    [InlineData(PipelineSchedule.GPipe, 1, 1 + 1e-9, 1 + 1e-9)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 1, 1.05, 1.001)]
    [InlineData(PipelineSchedule.ZeroBubble, 1, 1.05, 1.001)]
    [InlineData(PipelineSchedule.Interleaved, 2, 1.15, 1.003)]
    public void No_other_cut_and_no_other_order_of_units_is_quicker(PipelineSchedule kind, int stagesPerUnit, double most, double mostInTheMean)
    {
        var ratios = new List<double>();
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new KeyedRandom(seed, "cuts");
            List<PipelineUnit> units = [.. Enumerable.Range(0, 1 + random.NextInt32(3)).Select(_ => new PipelineUnit(
                1 + random.NextInt32(3), random.NextInt32(3) == 0 ? 100 + random.NextInt32(150) : null))];
            List<LayerCost> layers = [.. Enumerable.Range(0, units.Count * stagesPerUnit + random.NextInt32(4)).Select(number => new LayerCost(
                $"{number}", 0.1 + random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextInt32(30), random.NextInt32(15), random.NextInt32(5)))];
            var (microBatches, hop) = (1 + random.NextInt32(8), random.NextInt32(2) * 0.2 * random.NextDouble());

            var best = Best(layers, units, Schedule.Of(kind, units.Count, microBatches, stagesPerUnit), hop);
            if (double.IsPositiveInfinity(best))
            {
                Assert.Throws<ProcessorException>(() => StageCutter.Cut(layers, units, kind, microBatches, hop, stagesPerUnit));
                continue;
            }

            var cut = StageCutter.Cut(layers, units, kind, microBatches, hop, stagesPerUnit);

            Assert.True(cut.Predicted.Seconds <= most * best, $"Seed {seed}: {cut.Predicted.Seconds} s, and {best} s are possible.");
            Assert.All(cut.PeakBytes.Index(), peak => Assert.False(peak.Item > units[cut.Units[peak.Index]].MemoryBytes, $"Seed {seed}"));
            ratios.Add(cut.Predicted.Seconds / best);
        }

        Assert.InRange(ratios.Average(), 1 - 1e-9, mostInTheMean);
    }

    [Fact]
    public void Equal_layers_are_shared_by_speed()
    {
        var layers = Enumerable.Repeat(new LayerCost("dense", 1, 1, 1, 0, 0, 0), 12).ToList();

        var cut = StageCutter.Cut(layers, [new(1, null), new(3, null), new(2, null)], PipelineSchedule.OneForwardOneBackward, 16);

        Assert.Equal([2, 6, 4], Counts(cut, 12).OrderBy(stage => stage.Unit).Select(stage => stage.Layers));
        Assert.All(cut.Costs, cost => Assert.Equal(6, cost.Both, 1e-9));
    }

    [Fact]
    public void A_unit_with_little_memory_gets_fewer_layers_or_a_later_stage()
    {
        // Activations alone count, and the first of two stages has two micro-batches in flight.
        var layers = Enumerable.Repeat(new LayerCost("dense", 1, 1, 1, 0, 10, 0), 8).ToList();
        PipelineUnit[] units = [new(1, 40), new(1, null)];

        var cut = StageCutter.Cut(layers, units, PipelineSchedule.OneForwardOneBackward, 8);
        Assert.Equal([1, 0], cut.Units);
        Assert.Equal([0, 4], cut.FirstLayers);

        var all = StageCutter.Cut(layers, units, PipelineSchedule.GPipe, 2);
        Assert.Equal(2, Counts(all, 8).Single(stage => stage.Unit == 0).Layers);
    }

    [Fact]
    public void Memory_that_no_cut_fits_is_refused_with_the_stage_and_what_it_would_take()
    {
        LayerCost[] layers = [new("embedding", 1, 1, 1, 1000, 10, 5), new("body", 1, 1, 1, 50, 10, 5), new("head", 1, 1, 1, 50, 10, 5)];

        var refused = Assert.Throws<ProcessorException>(
            () => StageCutter.Cut(layers, [new(1, 500), new(1, 500)], PipelineSchedule.OneForwardOneBackward, 4));

        Assert.Equal(
            "/parallel/units/0/memory: stage 0 (layer embedding) would take 1020 bytes with the micro-batches in flight, the unit may take 500, and no cut was found that fits; choose smaller micro-batches, another schedule or more memory.",
            refused.Message);
    }

    [Fact]
    public void Fewer_layers_than_stages_are_refused()
    {
        LayerCost[] layers = [new("one", 1, 1, 1, 0, 0, 0), new("two", 1, 1, 1, 0, 0, 0), new("three", 1, 1, 1, 0, 0, 0)];

        var refused = Assert.Throws<ProcessorException>(() => StageCutter.Cut(layers, [Plain, Plain], PipelineSchedule.Interleaved, 4, stagesPerUnit: 2));

        Assert.Equal(
            "/parallel/units: 4 stages need a layer each, and the model can be cut into 3 at most; choose fewer units or fewer stages on each.", refused.Message);
    }

    [Theory]
    [InlineData(9, 27, true)]
    [InlineData(12, 60, true)]
    [InlineData(8, 100, false)]
    public void Many_units_and_layers_are_cut_too(int units, int count, bool differ)
    {
        var random = new KeyedRandom(units, "many");
        LayerCost[] layers = [.. Enumerable.Range(0, count).Select(number => new LayerCost($"{number}", 0.1 + random.NextDouble(), 1, 1, 1, 1, 1))];

        var cut = StageCutter.Cut(
            layers, [.. Enumerable.Range(0, units).Select(unit => new PipelineUnit(differ ? 1 + 0.1 * unit : 1, null))], PipelineSchedule.OneForwardOneBackward, 16);

        Assert.Equal(Enumerable.Range(0, units), cut.Units.Order());
        // A layer is about a stage's share where there are three layers for a unit, and then some units idle for the others.
        Assert.InRange(cut.Costs.Max(cost => cost.Both) / cut.Costs.Average(cost => cost.Both), 1, 1.4);
    }

    private static IEnumerable<(int Unit, int Layers)> Counts(StageCut cut, int layers) =>
        cut.Units.Select((unit, stage) => (unit, (stage + 1 < cut.FirstLayers.Count ? cut.FirstLayers[stage + 1] : layers) - cut.FirstLayers[stage]));

    /// <summary>Of all cuts and all orders of units.</summary>
    private static double Best(List<LayerCost> layers, List<PipelineUnit> units, Schedule schedule, double hop)
    {
        var best = double.PositiveInfinity;
        foreach (var order in Orders([.. Enumerable.Range(0, units.Count)]))
        {
            foreach (var ends in Ends(0, schedule.Stages, layers.Count))
            {
                IReadOnlyList<LayerCost>[] stages = [.. ends.Select((end, stage) => layers[(stage == 0 ? 0 : ends[stage - 1])..end])];
                var fits = Enumerable.Range(0, units.Count).All(unit => Peak(unit) <= (units[order[unit]].MemoryBytes ?? long.MaxValue));
                if (fits)
                    best = Math.Min(best, PipelineSimulator.Run(schedule, [.. stages.Select(Cost)], hop).Seconds);

                StageCost Cost(IReadOnlyList<LayerCost> stage, int number)
                {
                    var speed = units[order[schedule.UnitOf(number)]].Speed;
                    return new StageCost(
                        stage.Sum(layer => layer.Forward) / speed, stage.Sum(layer => layer.BackwardInputs) / speed, stage.Sum(layer => layer.BackwardWeights) / speed);
                }

                long Peak(int unit)
                {
                    var (most, now) = (0L, stages.Where((_, number) => schedule.UnitOf(number) == unit).Sum(stage => stage.Sum(layer => layer.ParameterBytes)));
                    foreach (var instruction in schedule.ByUnit[unit].Where(instruction => instruction.Kind != InstructionKind.BackwardInputs))
                    {
                        var bytes = stages[instruction.Stage].Sum(layer => layer.ActivationBytes)
                            + (instruction.Stage == 0 ? 0 : stages[instruction.Stage - 1][^1].OutputBytes);
                        most = Math.Max(most, now += instruction.Kind == InstructionKind.Forward ? bytes : -bytes);
                    }

                    return most;
                }
            }
        }

        return best;
    }

    private static IEnumerable<int[]> Orders(int[] numbers) => numbers.Length <= 1
        ? [numbers]
        : numbers.SelectMany(first => Orders([.. numbers.Where(number => number != first)]).Select(rest => (int[])[first, .. rest]));

    private static IEnumerable<int[]> Ends(int first, int stages, int layers) => stages == 1
        ? [[layers]]
        : Enumerable.Range(first + 1, Math.Max(0, layers - first - stages + 1)).SelectMany(end => Ends(end, stages - 1, layers).Select(rest => (int[])[end, .. rest]));
}
