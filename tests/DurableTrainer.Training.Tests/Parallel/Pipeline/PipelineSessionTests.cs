using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline;

/// <summary>What a slice may rely on of a session whose model is in parts.</summary>
public class PipelineSessionTests
{
    private const int Trial = 3;

    /// <summary>All that a part of a model can have to do with its neighbours: statistics, random choices, images, a place where nothing learns.</summary>
    private static TrainingSpec Spec { get; } = Digits.Convolutional with
    {
        Model = new ModelSpec
        {
            Layers =
            [
                new Conv2dLayer { Filters = 4, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
                new ResidualLayer { Layers = [new Conv2dLayer { Filters = 4, Kernel = 3, Padding = 1 }, new BatchNormLayer()] }, new ReluLayer(),
                new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
                new LinearLayer { Units = 16 }, new ReluLayer(), new DropoutLayer { Rate = 0.2 }, new LinearLayer { Units = 10 },
            ],
        },
        BatchSize = 50,
    };

    [Fact]
    public void One_micro_batch_gives_the_bits_of_a_single_session()
    {
        using var single = new TrainingSession(Spec, Digits.Dataset, Digits.Split, Digits.Seed, Trial);
        using var session = Open(new PipelineParallelSpec { MicroBatches = 1 });

        Assert.Equal(single.RunEpoch().Metrics, session.RunEpoch().Metrics);

        Assert.Equal(single.Capture().Write(), session.Capture().Write());
    }

    [Fact]
    public void What_comes_of_it_depends_neither_on_the_cut_nor_on_the_schedule_nor_on_the_units()
    {
        var places = GraphCuts.Places(GraphBuilder.Build(Spec.Model, [1, 8, 8], Spec.Loss, 1));
        var expected = CheckpointOf(new PipelineParallelSpec { Units = Units(1), MicroBatches = 4 });

        foreach (var place in places)
            Assert.Equal(expected, CheckpointOf(new PipelineParallelSpec { MicroBatches = 4 }, [place]));
        foreach (var schedule in Enum.GetValues<PipelineSchedule>())
            Assert.Equal(expected, CheckpointOf(new PipelineParallelSpec { Units = Units(3), MicroBatches = 4, Schedule = schedule }));
    }

    private static PipelineUnitSpec[] Units(int count) => [.. Enumerable.Range(0, count).Select(_ => new PipelineUnitSpec())];

    private static byte[] CheckpointOf(PipelineParallelSpec parallel, IReadOnlyList<int>? cuts = null)
    {
        using var session = Open(parallel, cuts);
        session.RunEpoch();
        return session.Capture().Write();
    }

    private static PipelineSession Open(PipelineParallelSpec parallel, IReadOnlyList<int>? cuts = null) => new(
        Spec with { Parallel = parallel }, Digits.Dataset, Digits.Split, Digits.Seed, Trial, surroundings: new PipelineSurroundings { Cuts = cuts });
}
