using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Forecasts;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Forecasts;

public class PipelineForecastTests
{
    private const int Batch = 64;

    [Fact]
    public void Equal_layers_are_foretold_by_the_closed_form()
    {
        var forecast = Of(new PipelineParallelSpec { MicroBatches = 4 })!;

        Assert.Equal((Batch, 16), (forecast.Batch, forecast.Samples));
        Assert.Equal([["layers.0 to layers.3"], ["layers.4 to layers.7"]], forecast.Units.Select(unit => unit.Stages));
        // A micro-batch of 16 samples takes a stage of four layers 0.192 s both ways.
        Assert.Equal((4 + 1) * 0.192, forecast.Expected.Seconds, 1e-9);
        Assert.Equal(1.0 / 5, forecast.Expected.BubbleShare, 1e-9);
        Assert.Equal(8.0 / 5, forecast.Expected.SpeedUp, 1e-9);
        Assert.All(forecast.Units, unit => Assert.Equal(0.192, unit.IdleSeconds, 1e-9));
        // Weights of four layers, and activations of as many micro-batches as are in flight.
        Assert.Equal([4 * 100 + 2 * 4 * 16, 4 * 100 + 5 * 16], forecast.Units.Select(unit => unit.PeakBytes));
    }

    [Fact]
    public void Units_have_as_many_layers_as_they_are_quick()
    {
        var forecast = Of(new PipelineParallelSpec { Units = [new PipelineUnitSpec { DutyCycle = 1.0 / 3 }, new PipelineUnitSpec()], MicroBatches = 16 })!;

        var layers = forecast.Timeline.Units.ToDictionary(unit => unit.Name, unit => unit.Predicted[0].End - unit.Predicted[0].Start);
        // Two of eight layers at a third of the speed take as long as the other six, for a micro-batch of four samples.
        Assert.Equal((0.024, 0.024), (Math.Round(layers["unit 0"], 9), Math.Round(layers["unit 1"], 9)));
        // As against the quicker of the two.
        Assert.Equal(16 * 8 * 0.012 / forecast.Expected.Seconds, forecast.Expected.SpeedUp, 1e-9);
    }

    [Theory]
    [InlineData(PipelineSchedule.GPipe, 2)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 2)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 4)]
    [InlineData(PipelineSchedule.Interleaved, 2)]
    [InlineData(PipelineSchedule.ZeroBubble, 4)]
    public void Another_trial_in_the_gaps_brings_no_more_than_they_leave(PipelineSchedule schedule, int units)
    {
        var forecast = Of(new PipelineParallelSpec { Units = [.. Enumerable.Repeat(new PipelineUnitSpec(), units)], Schedule = schedule, MicroBatches = 4 })!;

        Assert.Equal([1, 2, 4, 8, 16], forecast.MicroBatches.Select(other => other.MicroBatches));
        Assert.All(forecast.MicroBatches, other =>
        {
            var filling = other.Expected!.Filling;
            Assert.Equal(1 / (1 - other.Expected.BubbleShare), filling.Bound, 1e-9);
            Assert.InRange(filling.Gain, 1.01, filling.Bound + 1e-9);
        });
        // The one of the spec is that of the table.
        Assert.Equal(forecast.MicroBatches[2].Expected, forecast.Expected);
    }

    [Fact]
    public void A_timeline_shows_who_fills_where_the_spec_has_gaps_filled()
    {
        var alone = Of(new PipelineParallelSpec { MicroBatches = 2 })!;
        var filled = Of(new PipelineParallelSpec { MicroBatches = 2, Fill = new PipelineFillSpec() })!;

        Assert.Equal((false, null), (alone.IsFilled, alone.Timeline.Gain));
        Assert.All(alone.Timeline.Units, unit => Assert.Empty(unit.Filler));
        Assert.Equal((true, alone.Expected.Filling.Gain), (filled.IsFilled, filled.Timeline.Gain));
        Assert.All(filled.Timeline.Units, unit => Assert.NotEmpty(unit.Filler));
    }

    [Fact]
    public void Who_leaves_its_processor_in_the_middle_of_a_layer_fills_all_gaps()
    {
        var whole = Of(new PipelineParallelSpec { MicroBatches = 2 }, batch: 2)!.Expected.Filling;
        var parted = Of(new PipelineParallelSpec { MicroBatches = 2 }, batch: 2, fillersYield: true)!.Expected.Filling;

        Assert.True(whole.Gain < parted.Gain, $"{whole.Gain} and {parted.Gain}");
        Assert.InRange(parted.Gain, 0.99 * parted.Bound, parted.Bound + 1e-9);
    }

    [Fact]
    public void A_trial_that_is_too_large_to_fill_is_foretold_to_bring_nothing()
    {
        var forecast = Of(new PipelineParallelSpec { MicroBatches = 2, Fill = new PipelineFillSpec { Memory = new MemorySize(1) } })!;

        Assert.Equal(1, forecast.Expected.Filling.Gain);
        Assert.StartsWith("the filler would take ", forecast.Expected.Filling.Refusal, StringComparison.Ordinal);
        Assert.All(forecast.Timeline.Units, unit => Assert.Empty(unit.Filler));
    }

    [Fact]
    public void One_unit_never_idles_and_has_no_gap()
    {
        var forecast = Of(new PipelineParallelSpec { Units = [new PipelineUnitSpec()] })!;

        Assert.Equal((0, 1), (Math.Round(forecast.Expected.BubbleShare, 9), Math.Round(forecast.Expected.SpeedUp, 9)));
        Assert.Contains("the longest gap has place for 0.0 ms", forecast.Expected.Filling.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fills_very_many_passes_is_not_foretold()
    {
        var forecast = Of(new PipelineParallelSpec { Units = [.. Enumerable.Repeat(new PipelineUnitSpec(), 8)], MicroBatches = 128 }, batch: 256)!;

        Assert.Equal("an iteration has too many passes to try out what fits between them", forecast.Expected.Filling.Refusal);
    }

    [Fact]
    public void There_are_no_more_micro_batches_than_samples()
    {
        var forecast = Of(new PipelineParallelSpec { MicroBatches = 32 }, batch: 6)!;

        Assert.Equal((6, 6, 1), (forecast.Batch, forecast.Timeline.MicroBatches, forecast.Samples));
        Assert.Equal([1, 2, 4], forecast.MicroBatches.Select(other => other.MicroBatches));
        Assert.Equal([6, 3, 2], forecast.MicroBatches.Select(other => other.Samples));
    }

    [Fact]
    public void Micro_batches_that_are_too_large_for_the_units_are_told_beside_those_that_are_not()
    {
        var unit = new PipelineUnitSpec { Memory = new MemorySize(600) };
        var forecast = Of(new PipelineParallelSpec { Units = [unit, unit], MicroBatches = 16 })!;

        Assert.Null(forecast.MicroBatches[0].Expected);
        Assert.StartsWith("/parallel/units/", forecast.MicroBatches[0].Problem, StringComparison.Ordinal);
        Assert.NotNull(forecast.MicroBatches[^1].Expected);
    }

    [Fact]
    public void Units_that_may_not_take_the_memory_are_told_what_is_missing()
    {
        var refusal = Assert.Throws<ProcessorException>(() => Of(new PipelineParallelSpec { Units = [new PipelineUnitSpec { Memory = new MemorySize(1) }, new PipelineUnitSpec()] }));

        Assert.StartsWith("/parallel/units/0/memory: stage ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_takes_too_long_to_try_out_is_left_out_of_the_table()
    {
        var forecast = PipelineForecast.Of(new PipelineParallelSpec { MicroBatches = 8 }, Batch, samples => samples > 16 ? null : Layers(samples), fillersYield: false)!;

        Assert.Equal([4, 8, 16], forecast.MicroBatches.Select(other => other.MicroBatches));
    }

    [Fact]
    public void A_model_that_takes_too_long_is_not_tried_out()
    {
        var large = Digits.Perceptron with { Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 5_000_000 }, new LinearLayer { Units = 10 }] } };

        Assert.Null(Measured(large, new PipelineParallelSpec()));
    }

    [Fact]
    public void A_model_with_fewer_layers_than_stages_is_told_before_anything_is_tried_out()
    {
        var refusal = Assert.Throws<ProcessorException>(() => Measured(Digits.Perceptron, new PipelineParallelSpec { Units = [.. Enumerable.Repeat(new PipelineUnitSpec(), 16)] }));

        Assert.StartsWith("/parallel/units: 16 stages need a layer each", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_measured_on_this_machine()
    {
        var forecast = Measured(Digits.Perceptron, new PipelineParallelSpec { MicroBatches = 2 })!;

        Assert.True(forecast.Expected.Seconds > 0, $"{forecast.Expected}");
        Assert.Equal(2, forecast.Units.Count);
    }

    private static PipelineForecast? Of(PipelineParallelSpec parallel, int batch = Batch, bool fillersYield = false) =>
        PipelineForecast.Of(parallel, batch, Layers, fillersYield);

    /// <summary>Eight layers that take as long as each other: a millisecond for each sample forward, and for each part of the way back.</summary>
    private static LayerCost[] Layers(int samples) => [.. Enumerable.Range(0, 8).Select(number => new LayerCost(
        $"layers.{number}", 1e-3 * samples, 1e-3 * samples, 1e-3 * samples, ParameterBytes: 100, ActivationBytes: samples, OutputBytes: samples))];

    private static PipelineForecast? Measured(TrainingSpec spec, PipelineParallelSpec parallel) => PipelineForecast.Of(
        spec with { Parallel = parallel }, parallel, Digits.Dataset.SampleShape, targets: 1, Digits.Split.Train.Length);
}
