using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Torch.Tests.Operations;

/// <summary>Layers on samples of a shape.</summary>
public sealed record OperationCase(string Name, int[] Input, int Count, params LayerSpec[] Layers)
{
    public static IReadOnlyList<OperationCase> All { get; } =
    [
        new("linear", [13], 3, new LinearLayer { Units = 7 }),
        new("linear without bias", [17], 9, new LinearLayer { Units = 33, Bias = false }),
        new("linear over rows", [3, 4, 6], 2, new LinearLayer { Units = 5 }),
        new("conv", [3, 8, 7], 3, new Conv2dLayer { Filters = 5, Kernel = 3, Padding = 1 }),
        new("conv with stride", [4, 7, 6], 5, new Conv2dLayer { Filters = 6, Kernel = 3, Stride = 2, Padding = 1, Bias = false }),
        new("conv in groups", [9, 4, 3], 4, new Conv2dLayer { Filters = 12, Kernel = 2, Padding = 2, Groups = 3 }),
        new("conv of single channels", [8, 5, 5], 2, new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1, Groups = 8 }),
        new("maxPool", [3, 5, 7], 2, new MaxPool2dLayer { Size = 2 }),
        new("maxPool with padding", [11, 8, 6], 3, new MaxPool2dLayer { Size = 3, Stride = 2, Padding = 1 }),
        new("averagePool", [3, 5, 7], 2, new AveragePool2dLayer { Size = 2 }),
        new("averagePool with padding", [11, 8, 6], 3, new AveragePool2dLayer { Size = 3, Stride = 2, Padding = 1 }),
        new("globalAveragePool", [13, 3, 5], 3, new GlobalAveragePool2dLayer()),
        new("batchNorm of features", [7], 5, new BatchNormLayer { Momentum = 0.3, Epsilon = 1e-3 }),
        new("batchNorm of channels", [3, 5, 4], 3, new BatchNormLayer()),
        new("batchNorm of one row", [7], 1, new BatchNormLayer { Momentum = 0.3 }),
        new("layerNorm", [3, 2, 19], 5, new LayerNormLayer { Epsilon = 1e-3 }),
        new("groupNorm", [32, 5, 4], 3, new GroupNormLayer { Groups = 4 }),
        new("groupNorm of features", [51], 5, new GroupNormLayer { Groups = 3 }),
        new("relu", [3, 7], 5, new ReluLayer()),
        new("gelu", [3, 7], 5, new GeluLayer()),
        new("silu", [3, 7], 5, new SiluLayer()),
        new("tanh", [3, 7], 5, new TanhLayer()),
        new("sigmoid", [3, 7], 5, new SigmoidLayer()),
        new("softmax", [3, 16], 20, new SoftmaxLayer()),
        new("flatten", [3, 5, 2], 4, new FlattenLayer()),
        new("reshape", [3, 5, 2], 4, new ReshapeLayer { Shape = [2, -1] }),
        new("embedding", [37], 9, new EmbeddingLayer { Vocabulary = 11, Width = 16 }),
        new("positionEmbedding", [23, 29], 5, new PositionEmbeddingLayer()),
        new("attention", [37, 21], 2, new AttentionLayer { Heads = 3 }),
        new("causal attention", [19, 32], 3, new AttentionLayer { Heads = 4, Causal = true, Bias = false }),
        new("gru", [6, 33], 17, new GruLayer { Units = 32 }),
        new("gru of all states", [5, 7], 11, new GruLayer { Units = 19, Sequence = true }),
        new("residual", [7, 5], 4, new ResidualLayer { Layers = [new LinearLayer { Units = 5 }, new TanhLayer()] }),
        new(
            "repeat", [6], 4,
            new RepeatLayer { Times = 3, Layers = [new ResidualLayer { Layers = [new LinearLayer { Units = 6 }, new GeluLayer()] }] }),
        new(
            "an image model", [2, 9, 8], 4,
            new Conv2dLayer { Filters = 6, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(),
            new ResidualLayer { Layers = [new GroupNormLayer { Groups = 2 }, new Conv2dLayer { Filters = 6, Kernel = 3, Padding = 1 }] },
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(), new LinearLayer { Units = 5 }),
    ];

    public Graph Graph => GraphBuilder.Build(new ModelSpec { Layers = Layers }, Input);

    /// <summary>For all samples: numbers, or indices where the model looks them up.</summary>
    public float[] Inputs => Graph.Vocabulary is { } vocabulary
        ? Agreement.Indices("x", Count * Graph.Inputs[0].Shape.Size, vocabulary)
        : Agreement.Numbers("x", Count * Graph.Inputs[0].Shape.Size);

    public override string ToString() => Name;
}
