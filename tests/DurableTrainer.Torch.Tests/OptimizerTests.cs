using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Torch.Tests;

public class OptimizerTests
{
    private const double Tolerance = 5e-5;

    public static TheoryData<string> Names => [.. Specs.Keys];

    internal static Dictionary<string, OptimizerSpec> Specs { get; } = new()
    {
        ["sgd"] = new SgdSpec { LearningRate = 0.1, WeightDecay = 0.02 },
        ["momentum"] = new SgdSpec { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.02 },
        ["Nesterov"] = new SgdSpec { LearningRate = 0.05, Momentum = 0.8, Nesterov = true },
        ["adamw"] = new AdamWSpec { LearningRate = 0.02, Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.1 },
        ["rmsprop"] = new RmsPropSpec { LearningRate = 0.01, Alpha = 0.9, Epsilon = 1e-6, WeightDecay = 0.02 },
        ["rmsprop with momentum"] = new RmsPropSpec { LearningRate = 0.002, Momentum = 0.8 },
        ["centered"] = new RmsPropSpec { LearningRate = 0.002, Alpha = 0.95, Epsilon = 1e-3, Momentum = 0.8, Centered = true },
        ["lion"] = new LionSpec { LearningRate = 0.01, Beta1 = 0.85, Beta2 = 0.95, WeightDecay = 0.1 },
        ["clipped"] = new SgdSpec { LearningRate = 0.5, ClipNorm = 0.05 },
        ["hardly clipped"] = new AdamWSpec { LearningRate = 0.02, ClipNorm = 1e6 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Twenty_steps_go_where_the_CPU_processor_goes(string name)
    {
        var loss = new MeanSquaredErrorSpec();
        LayerSpec[] layers = [new LinearLayer { Units = 8 }, new TanhLayer(), new LinearLayer { Units = 3 }];
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [6], loss, targets: 3);
        using var twins = new Twins(graph, loss, Specs[name], batch: 10, targets: 3);

        twins.Train(steps: 20, target: i => MathF.Sin(i), Specs[name].LearningRate, Tolerance);

        twins.Agree(Tolerance);
    }
}
