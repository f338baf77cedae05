using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Parallel.Data.Simulation;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Data.Simulation;

public sealed class DataForecastTests : IDisposable
{
    private readonly ThreadTime time = new();

    [Fact]
    public void More_units_than_a_machine_has_are_simulated_from_a_probe_of_one()
    {
        var forecast = Of(new DataParallelSpec())!;

        Assert.Equal(36, forecast.Batch);
        // 36 samples are 3 for each of 16 units, or fewer; by which some have nothing to do.
        Assert.Equal([36e-3, 18e-3, 9e-3, 5e-3, 3e-3], forecast.Scaled.Select(step => Math.Round(step.StepSeconds, 9)));
        Assert.Equal([1, 2, 4, 7.2, 12], forecast.Scaled.Select(step => Math.Round(step.SpeedUp, 9)));
        Assert.All(forecast.Scaled, step => Assert.Equal(36, step.Shards.Sum()));
    }

    [Fact]
    public void Units_of_the_spec_share_by_their_speed_their_rests_and_their_memory()
    {
        var few = new MemorySize(TrainingMemory.BytesOf(SharedSessions.Single().Graph, new SgdSpec(), 2));
        var forecast = Of(new DataParallelSpec
        {
            Units = [new UnitSpec { Threads = 2, Id = "fast" }, new UnitSpec { DutyCycle = 0.5 }, new UnitSpec { Memory = few }],
        })!;

        Assert.Equal(["fast", "unit-1", "unit-2"], forecast.Ids);
        Assert.Equal([28, 6, 2], forecast.Units.Shards);
        Assert.Equal(14e-3, forecast.Units.StepSeconds, 1e-9);
        Assert.Equal(18.0 / 14, forecast.Units.SpeedUp, 1e-9);
        // Like the first, which has two threads.
        Assert.Equal(18e-3, forecast.Scaled[0].StepSeconds, 1e-9);
    }

    [Fact]
    public void A_batch_is_no_larger_than_the_samples_there_are() => Assert.Equal(10, Of(new DataParallelSpec(), samples: 10)!.Batch);

    [Fact]
    public void A_model_that_takes_too_long_is_not_tried_out()
    {
        var large = SharedSessions.Spec with { Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 2_000_000 }, new LinearLayer { Units = 10 }] } };

        Assert.Null(Of(new DataParallelSpec(), spec: large));
    }

    [Fact]
    public void Units_that_may_not_take_the_memory_are_told_so_before_anything_is_tried_out()
    {
        var refusal = Assert.Throws<ProcessorException>(() => Of(new DataParallelSpec { Units = [new UnitSpec { Memory = new MemorySize(1) }] }));

        Assert.StartsWith("/parallel/units/0/memory: a replica of this model takes at least", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => time.Dispose();

    private DataForecast? Of(DataParallelSpec parallel, TrainingSpec? spec = null, int samples = 1000) => DataForecast.Of(
        spec ?? SharedSessions.Spec, parallel, Digits.Dataset.SampleShape, targets: 1, samples,
        new TimedProcessors(time) { Seconds = (threads, count, _) => 1e-3 * count / threads },
        new DataSurroundings { Time = time });
}
