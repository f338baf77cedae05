using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>An operation on samples of a shape, with random numbers to try it on.</summary>
public sealed record TwinCase(Operation Operation, Shape Input, int Count)
{
    /// <summary>Sizes are 1, prime, one more or less than a vector's or a tile's width, and remainders of windows.</summary>
    public static IReadOnlyList<TwinCase> All { get; } =
    [
        new(new LinearOperation(1, Bias: true), [1], 1),
        new(new LinearOperation(7, Bias: true), [13], 3),
        new(new LinearOperation(33, Bias: false), [17], 9),
        new(new LinearOperation(64, Bias: true), [100], 70),
        new(new LinearOperation(5, Bias: true), [3, 4, 6], 2),
        new(new Conv2dOperation(1, 1, 1, 0, 1, Bias: true), [1, 1, 1], 1),
        new(new Conv2dOperation(5, 3, 1, 1, 1, Bias: true), [1, 8, 8], 3),
        new(new Conv2dOperation(33, 3, 1, 1, 1, Bias: false), [17, 5, 7], 2),
        new(new Conv2dOperation(6, 3, 2, 1, 1, Bias: true), [4, 7, 6], 5),
        new(new Conv2dOperation(6, 2, 3, 0, 2, Bias: true), [4, 9, 8], 3),
        new(new Conv2dOperation(12, 3, 1, 2, 3, Bias: true), [9, 4, 3], 11),
        new(new Conv2dOperation(8, 3, 1, 1, 8, Bias: false), [8, 5, 5], 2),
        new(new Conv2dOperation(96, 3, 1, 1, 32, Bias: true), [32, 4, 4], 2),
        new(new Conv2dOperation(64, 1, 1, 0, 2, Bias: true), [6, 3, 3], 2),
        new(new Conv2dOperation(96, 2, 1, 0, 4, Bias: true), [8, 3, 4], 3),
        new(new Conv2dOperation(3, 2, 1, 3, 1, Bias: true), [2, 3, 3], 1),
        new(new Conv2dOperation(40, 5, 1, 2, 1, Bias: true), [35, 9, 9], 3),
        new(new Conv2dOperation(3, 2, 100, 5, 1, Bias: true), [5, 3, 3], 2),
        new(new Conv2dOperation(2, 3, 1, 1, 1, Bias: true), [96, 18, 40], 1),
        new(new Conv2dOperation(2, 3, 2, 1, 1, Bias: true), [64, 26, 40], 2),
        new(new Conv2dOperation(17, 1, 2, 0, 1, Bias: true), [13, 6, 5], 3),
        new(new Conv2dOperation(35, 3, 1, 1, 35, Bias: true), [35, 6, 5], 3),
        new(new Conv2dOperation(24, 3, 2, 1, 24, Bias: false), [24, 7, 5], 3),
        new(new MaxPool2dOperation(2, 2, 0), [3, 5, 7], 2),
        new(new MaxPool2dOperation(2, 2, 0), [21, 4, 6], 3),
        new(new MaxPool2dOperation(3, 2, 1), [11, 8, 6], 3),
        new(new MaxPool2dOperation(3, 1, 1), [16, 4, 4], 1),
        new(new AveragePool2dOperation(2, 2, 0), [3, 5, 7], 2),
        new(new AveragePool2dOperation(3, 2, 1), [11, 8, 6], 3),
        new(new GlobalAveragePool2dOperation(), [13, 3, 5], 3),
        new(new BatchNormOperation(0.1, 1e-5), [7], 5),
        new(new BatchNormOperation(0.1, 1e-5), [19], 300),
        new(new BatchNormOperation(0.3, 1e-3), [3, 5, 4], 3),
        new(new BatchNormOperation(0.1, 1e-5), [8, 9, 9], 7),
        .. Enum.GetValues<Activation>().Select(function => new TwinCase(new ActivationOperation(function), [3, 7], 5)),
        new(new LayerNormOperation(1e-5), [1], 1),
        new(new LayerNormOperation(1e-5), [7, 64], 40),
        new(new LayerNormOperation(1e-3), [3, 2, 19], 5),
        new(new LayerNormOperation(1e-5), [131], 3),
        new(new GroupNormOperation(1, 1e-5), [3], 2),
        new(new GroupNormOperation(3, 1e-3), [51], 5),
        new(new GroupNormOperation(5, 1e-5), [5, 3, 7], 4),
        new(new GroupNormOperation(4, 1e-5), [32, 5, 4], 3),
        new(new SoftmaxOperation(), [1], 2),
        new(new SoftmaxOperation(), [3, 16], 50),
        new(new SoftmaxOperation(), [37], 5),
        new(new FlattenOperation(), [3, 5, 2], 4),
        new(new ReshapeOperation([2, -1]), [3, 5, 2], 4),
        new(new ReshapeOperation([3, 2, 4]), [24], 2),
        new(new EmbeddingOperation(1, 1), [1], 1),
        new(new EmbeddingOperation(11, 16), [37], 9),
        new(new EmbeddingOperation(5, 53), [7], 3),
        new(new PositionEmbeddingOperation(), [1, 1], 3),
        new(new PositionEmbeddingOperation(), [23, 29], 5),
        new(new AttentionOperation(1, Causal: false), [1, 3], 1),
        new(new AttentionOperation(1, Causal: true), [2, 9], 3),
        new(new AttentionOperation(4, Causal: true), [64, 192], 2),
        new(new AttentionOperation(3, Causal: false), [37, 63], 2),
        new(new AttentionOperation(2, Causal: true), [67, 222], 3),
        new(new AttentionOperation(1, Causal: true), [97, 99], 1),
        new(new GruOperation(1, Sequence: true), [1, 1], 1),
        new(new GruOperation(1, Sequence: false), [3, 2], 9),
        new(new GruOperation(19, Sequence: true), [5, 7], 11),
        new(new GruOperation(32, Sequence: false), [6, 33], 17),
        new(new GruOperation(11, Sequence: true), [13, 3], 3),
    ];

    public Shape Output => Operation.Infer(Input).Shape!;

    internal Twin Twin => Twin.Of(Operation, Input);

    /// <summary>For all samples: numbers, or indices where the operation takes them.</summary>
    public double[] Inputs => Operation is EmbeddingOperation embedding
        ? Indices("x", Count * Input.Size, embedding.Vocabulary)
        : Numbers("x", Count * Input.Size);

    /// <summary>The graph of this one operation.</summary>
    public Graph Graph => new()
    {
        Inputs = [new("input", Input)],
        Nodes =
        [
            new Node
            {
                Id = "op",
                Operation = Operation,
                Inputs = ["input"],
                Shape = Output,
                Parameters = Operation.Parameters("op", Input),
                State = Operation.State("op", Input),
            },
        ],
        Outputs = ["op"],
    };

    /// <summary>Numbers that 32 bits hold exactly, so that both precisions start from the same.</summary>
    public static double[] Numbers(string purpose, long count)
    {
        var random = new KeyedRandom(1, purpose);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (double)(float)(2 * random.NextDouble() - 1))];
    }

    /// <summary>Whole numbers in [0, bound).</summary>
    public static double[] Indices(string purpose, long count, int bound)
    {
        var random = new KeyedRandom(1, purpose);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (double)random.NextInt32(bound))];
    }

    public override string ToString() => $"{Operation} on {Count} of {Input}";
}
