using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Bench.Train;

/// <summary>A model with its data's shape and its optimizer, the same here and in pytorch_workloads.py.</summary>
internal sealed record Workload(string Name, int[] SampleShape, LayerSpec[] Layers, OptimizerSpec Optimizer, int[] Batches)
{
    private const int Classes = 10;

    public static LossSpec Loss { get; } = new CrossEntropySpec();

    public static IReadOnlyList<Workload> All { get; } = [Perceptron, Convolutional, Digits];

    public static IEnumerable<int> AllBatches => All.SelectMany(workload => workload.Batches).Distinct().Order();

    private static Workload Perceptron => new(
        "mlp",
        [784],
        [
            new LinearLayer { Units = 256 }, new ReluLayer(), new LinearLayer { Units = 128 }, new ReluLayer(),
            new LinearLayer { Units = Classes },
        ],
        new SgdSpec { LearningRate = 0.01, Momentum = 0.9 },
        [16, 64, 256]);

    private static Workload Convolutional => new(
        "cnn",
        [1, 28, 28],
        [
            new Conv2dLayer { Filters = 16, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new LinearLayer { Units = 64 }, new ReluLayer(), new LinearLayer { Units = Classes },
        ],
        new SgdSpec { LearningRate = 0.01, Momentum = 0.9 },
        [16, 64, 256]);

    private static Workload Digits => new(
        "digits-cnn",
        [1, 8, 8],
        [
            new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
            new Conv2dLayer { Filters = 64, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
            new LinearLayer { Units = 128 }, new ReluLayer(), new LinearLayer { Units = Classes },
        ],
        new AdamWSpec { LearningRate = 1e-3 },
        [16, 64, 256]);

    public ModelSpec Model => new() { Layers = Layers };

    public Graph Graph => GraphBuilder.Build(Model, SampleShape, Loss);

    /// <exception cref="UsageException">There is no such workload.</exception>
    public static Workload Named(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new UsageException($"There is no workload '{name}'; the workloads are {string.Join(", ", All.Select(known => known.Name))}.");

    /// <summary>Random numbers of the normal distribution, as inputs.</summary>
    public static void FillInputs(Span<float> inputs, Random random)
    {
        // Box and Muller 1958.
        foreach (ref var input in inputs)
            input = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle());
    }

    /// <summary>Random classes, as targets.</summary>
    public static void FillTargets(Span<float> targets, Random random)
    {
        foreach (ref var target in targets)
            target = random.Next(Classes);
    }
}
