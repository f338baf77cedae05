using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

public class TrainingMemoryTests
{
    public static TheoryData<LayerSpec[], string> TooLarge => new()
    {
        {
            [new LinearLayer { Units = 300_000 }, new LinearLayer { Units = 300_000 }],
            "layers.2.weight of [300000, 300000] would be 90000000000 values, and a tensor has at most 2147483647; choose a smaller model."
        },
        {
            [new LinearLayer { Units = 3_000_000, Bias = false }],
            "layers.1 gives [3000000] for each of 1000 samples, which would be 3000000000 values, and a tensor has at most 2147483647; "
                + "choose a smaller batch or model."
        },
        {
            [new LinearLayer { Units = 20_000 }, new LinearLayer { Units = 20_000 }],
            "Training this model of 401520010 parameters with batches of 1000 takes at least 10.5 GiB of memory, and no more than 8 GiB can be "
                + "had; choose a smaller batch or model."
        },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void A_model_that_no_processor_can_hold_is_refused_with_its_own_sentence_before_memory_is_taken(LayerSpec[] layers, string message)
    {
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new FlattenLayer(), .. layers, new LinearLayer { Units = 10 }] },
            Optimizer = new AdamWSpec(),
            BatchSize = 1_000,
        };
        var before = GC.GetAllocatedBytesForCurrentThread();

        var e = Assert.Throws<ProcessorException>(() => new TrainingSession(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0));

        Assert.Equal(message, e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void The_bytes_are_those_of_parameters_samples_and_the_largest_value()
    {
        var graph = GraphBuilder.Build(
            new ModelSpec { Layers = [new LinearLayer { Units = 5 }, new BatchNormLayer(), new ReluLayer()] }, [7]);

        // 35 + 5 parameters of the linear layer and 10 of the norm, 10 of state; 7 values in, 5 out of each layer.
        Assert.Equal(4 * (50 * 3 + 10 * 2 + 32 * (7 + 5)), TrainingMemory.BytesOf(graph, new SgdSpec(), 32));
        Assert.Equal(4 * (50 * 5 + 10 * 2 + 32 * (7 + 5)), TrainingMemory.BytesOf(graph, new SgdSpec { Momentum = 0.9 }, 32));
        Assert.Equal(4 * (50 * 7 + 10 * 2 + 32 * (7 + 5)), TrainingMemory.BytesOf(graph, new AdamWSpec(), 32));
    }

    [Fact]
    public void A_graph_that_was_built_to_be_looked_at_is_the_one_that_is_trained()
    {
        var spec = Digits.Perceptron;
        var graph = GraphBuilder.Build(spec.Model, Digits.Dataset.SampleShape, spec.Loss);

        using var session = new TrainingSession(spec, graph, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0);

        Assert.Same(graph, session.Graph);
        Assert.Equal(graph.ParameterCount, session.ParameterCount);
    }
}
