using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Cutting;

/// <summary>When a model is cut anew, by what its stages take: 20 layers that a probe found to be equal.</summary>
public class CutControlTests
{
    private const int Layers = 20;

    private readonly CutControl control = new(ModelCut.Of(
        new PipelineParallelSpec { MicroBatches = 4 }, [.. Enumerable.Range(0, Layers).Select(layer => new LayerCost($"layers.{layer}", 0.001, 0.001, 0.001, 0, 0, 0))]));

    [Fact]
    public void What_the_probe_did_not_see_of_layers_is_corrected_after_a_window_of_batches()
    {
        // The first ten take a third of the others.
        double Seconds(int layer) => layer < 10 ? 0.001 : 0.003;
        Assert.Equal(10, control.Cut.Stages.FirstLayers[1]);

        Assert.All(Run(CutControl.Window - 1, Seconds), Assert.Null);
        var reason = Assert.Single(Run(1, Seconds));

        Assert.Equal(
            "unit 0 has layers.0 to layers.13, unit 1 has layers.14 to layers.19: by what stages took, a batch of 390.0 ms is expected to take 306.0 ms", reason);
        Assert.All(Run(300, Seconds), Assert.Null);
        Assert.Equal(14, control.Cut.Stages.FirstLayers[1]);
    }

    [Fact]
    public void A_unit_that_is_slower_than_its_probe_said_has_fewer_layers_after_some_corrections()
    {
        var reasons = Run(200, _ => 0.001, unitFactors: [1, 3]).OfType<string>().ToList();

        Assert.InRange(reasons.Count, 2, 3);
        Assert.InRange(control.Cut.Stages.FirstLayers[1], 14, 15);
    }

    [Fact]
    public void Nothing_changes_where_all_are_slower_by_as_much() => Assert.All(Run(300, _ => 0.0023), Assert.Null);

    [Fact]
    public void Nothing_changes_for_noise()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var reasons = Run(2000, _ => 0.001 * (1 + 0.03 * random.NextDouble()));

        Assert.True(reasons.TrueForAll(reason => reason is null), $"seed {seed}: {string.Join("; ", reasons.OfType<string>())}");
    }

    [Fact]
    public void A_unit_that_becomes_slower_later_is_believed_after_three_checks()
    {
        Assert.All(Run(CutControl.Window, _ => 0.001), Assert.Null);
        var twoChecks = (CutControl.Checks - 1) * CutControl.CheckEvery;

        Assert.All(Run(twoChecks, _ => 0.001, unitFactors: [1, 3]), Assert.Null);
        var reasons = Run(CutControl.CheckEvery, _ => 0.001, unitFactors: [1, 3]);

        Assert.NotNull(reasons[^1]);
        Assert.All(Run(2 * CutControl.Window, _ => 0.001, unitFactors: [1, 3]).TakeLast(CutControl.Window - 1), Assert.Null);
        Assert.InRange(control.Cut.Stages.FirstLayers[1], 14, 15);
    }

    [Fact]
    public void What_lasts_for_two_checks_alone_changes_nothing()
    {
        Run(CutControl.Window, _ => 0.001);
        for (var time = 0; time < 20; time++)
        {
            Assert.All(Run(2 * CutControl.CheckEvery, _ => 0.001, unitFactors: [1, 3]), Assert.Null);
            Assert.All(Run(CutControl.CheckEvery, _ => 0.001), Assert.Null);
        }
    }

    [Fact]
    public void Batches_before_a_restart_do_not_count()
    {
        Run(CutControl.Window - 1, _ => 0.001, unitFactors: [1, 3]);
        control.Restart();

        Assert.All(Run(CutControl.Window - 1, _ => 0.001, unitFactors: [1, 3]), Assert.Null);
        Assert.NotNull(Run(1, _ => 0.001, unitFactors: [1, 3])[0]);
    }

    /// <param name="batches">How many.</param>
    /// <param name="seconds">Each way of a layer: forward, and the two parts of the way back.</param>
    /// <param name="unitFactors">How many times as long units take.</param>
    /// <returns>What was said after each batch.</returns>
    private List<string?> Run(int batches, Func<int, double> seconds, double[]? unitFactors = null) =>
        [.. Enumerable.Range(0, batches).Select(_ => control.Observe(() => Measure(seconds, unitFactors ?? [1, 1])))];

    private StageCost[] Measure(Func<int, double> seconds, double[] unitFactors)
    {
        var second = control.Cut.Stages.FirstLayers[1];
        return [.. new[] { 0..second, second..Layers }.Select((layers, stage) =>
        {
            var sum = unitFactors[stage] * Enumerable.Range(0, Layers).Take(layers).Sum(seconds);
            // Both parts of the way back are measured together.
            return new StageCost(sum, 2 * sum, 0);
        })];
    }
}
