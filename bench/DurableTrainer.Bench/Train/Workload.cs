using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Bench.Train;

/// <summary>A model with its data's shape and its optimizer, the same here and in pytorch_workloads.py.</summary>
internal sealed record Workload
{
    private const int Classes = 10;
    private const int Vocabulary = 64;
    private const int Length = 64;
    private const int Width = 64;

    public required string Name { get; init; }

    public required int[] SampleShape { get; init; }

    public required LayerSpec[] Layers { get; init; }

    public required OptimizerSpec Optimizer { get; init; }

    public int[] Batches { get; init; } = [16, 64, 256];

    /// <summary>Targets of one sample.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>Fills inputs with random values of the kind that the model takes.</summary>
    public Action<Span<float>, Random> FillInputs { get; init; } = Normal;

    public static LossSpec Loss { get; } = new CrossEntropySpec();

    public static IReadOnlyList<Workload> All { get; } = [Perceptron, Convolutional, Digits, Transformer];

    public static IEnumerable<int> AllBatches => All.SelectMany(workload => workload.Batches).Distinct().Order();

    private static Workload Perceptron => new()
    {
        Name = "mlp",
        SampleShape = [784],
        Layers =
        [
            new LinearLayer { Units = 256 }, new ReluLayer(), new LinearLayer { Units = 128 }, new ReluLayer(),
            new LinearLayer { Units = Classes },
        ],
        Optimizer = new SgdSpec { LearningRate = 0.01, Momentum = 0.9 },
    };

    private static Workload Convolutional => new()
    {
        Name = "cnn",
        SampleShape = [1, 28, 28],
        Layers =
        [
            new Conv2dLayer { Filters = 16, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new LinearLayer { Units = 64 }, new ReluLayer(), new LinearLayer { Units = Classes },
        ],
        Optimizer = new SgdSpec { LearningRate = 0.01, Momentum = 0.9 },
    };

    private static Workload Digits => new()
    {
        Name = "digits-cnn",
        SampleShape = [1, 8, 8],
        Layers =
        [
            new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
            new Conv2dLayer { Filters = 64, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
            new LinearLayer { Units = 128 }, new ReluLayer(), new LinearLayer { Units = Classes },
        ],
        Optimizer = new AdamWSpec { LearningRate = 1e-3 },
    };

    /// <summary>A causal language model of two pre-norm blocks: every place foretells a token.</summary>
    private static Workload Transformer => new()
    {
        Name = "transformer",
        SampleShape = [Length],
        Layers =
        [
            new EmbeddingLayer { Vocabulary = Vocabulary, Width = Width }, new PositionEmbeddingLayer(),
            new RepeatLayer
            {
                Times = 2,
                Layers =
                [
                    new ResidualLayer { Layers = [new LayerNormLayer(), new AttentionLayer { Heads = 4, Causal = true }] },
                    new ResidualLayer
                    {
                        Layers = [new LayerNormLayer(), new LinearLayer { Units = 4 * Width }, new GeluLayer(), new LinearLayer { Units = Width }],
                    },
                ],
            },
            new LayerNormLayer(), new LinearLayer { Units = Vocabulary },
        ],
        Optimizer = new AdamWSpec { LearningRate = 1e-3 },
        Batches = [16],
        Targets = Length,
        FillInputs = Tokens,
    };

    public Graph Graph => GraphBuilder.Build(new ModelSpec { Layers = Layers }, SampleShape);

    /// <summary>How many classes a target chooses from.</summary>
    private int Choices => Targets == 1 ? Classes : Vocabulary;

    /// <exception cref="UsageException">There is no such workload.</exception>
    public static Workload Named(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new UsageException($"There is no workload '{name}'; the workloads are {string.Join(", ", All.Select(known => known.Name))}.");

    /// <summary>Random classes.</summary>
    public void FillTargets(Span<float> targets, Random random)
    {
        foreach (ref var target in targets)
            target = random.Next(Choices);
    }

    private static void Normal(Span<float> inputs, Random random)
    {
        // Box and Muller 1958.
        foreach (ref var input in inputs)
            input = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle());
    }

    private static void Tokens(Span<float> inputs, Random random)
    {
        foreach (ref var input in inputs)
            input = random.Next(Vocabulary);
    }
}
