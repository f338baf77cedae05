using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using Xunit.Sdk;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>What containers and layers of several operations become, as whole graphs.</summary>
public class GraphTwinTests
{
    private static readonly LayerSpec[] Attention = [new LayerNormLayer(), new AttentionLayer { Heads = 2, Causal = true }];

    private static readonly LayerSpec[] FeedForward =
        [new LayerNormLayer(), new LinearLayer { Units = 20 }, new GeluLayer(), new LinearLayer { Units = 6 }];

    private static readonly (LayerSpec[] Layers, int[] Input, int Count)[] Models =
    [
        ([new ResidualLayer { Layers = [new LinearLayer { Units = 5 }, new TanhLayer()] }, new ResidualLayer { Layers = [new SiluLayer()] }], [5], 3),
        (
            [
                new RepeatLayer
                {
                    Times = 3,
                    Layers = [new ResidualLayer { Layers = [new RepeatLayer { Times = 2, Layers = [new LinearLayer { Units = 4 }, new GeluLayer()] }] }],
                },
            ],
            [4],
            5
        ),
        ([new RepeatLayer { Times = 2, Layers = [new Conv2dLayer { Filters = 6, Kernel = 3, Padding = 1 }, new GroupNormLayer { Groups = 2 }] }, new FlattenLayer()], [2, 5, 4], 3),
        ([new AttentionLayer { Heads = 3, Bias = false }, new AttentionLayer { Heads = 1, Causal = true }], [5, 9], 2),
        (
            [
                new RepeatLayer { Times = 2, Layers = [new ResidualLayer { Layers = Attention }, new ResidualLayer { Layers = FeedForward }] },
                new LayerNormLayer(), new LinearLayer { Units = 3 },
            ],
            [7, 6],
            3
        ),
        (
            [
                new ReshapeLayer { Shape = [-1] }, new EmbeddingLayer { Vocabulary = 7, Width = 6 }, new PositionEmbeddingLayer(),
                new ResidualLayer { Layers = Attention }, new GruLayer { Units = 5, Sequence = true }, new GruLayer { Units = 4 }, new SoftmaxLayer(),
            ],
            [2, 4],
            3
        ),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Models.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Gradients_of_whole_models_agree_with_central_differences(int number)
    {
        var (graph, x, dy, parameters) = Try(number);
        var twin = new GraphTwin(graph);

        var (dx, gradients) = twin.Backward(x, Models[number].Count, parameters, dy);

        double Loss() => twin.Forward(x, Models[number].Count, parameters).Zip(dy, (y, slope) => y * slope).Sum();
        if (graph.Vocabulary is null)
            TwinTests.Check("gradient of the input", x, dx, Loss);
        foreach (var (parameter, (values, gradient)) in graph.Parameters.Zip(parameters.Zip(gradients)))
            TwinTests.Check($"gradient of {parameter.Name}", values, gradient, Loss);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_processor_computes_whole_models_as_their_operations_in_64_bits_do(int number)
    {
        var count = Models[number].Count;
        var (graph, x, dy, parameters) = Try(number);
        using var processor = new CpuProcessor(threads: 2);
        var tensors = new ModelTensors(graph);
        foreach (var (tensor, values) in tensors.Parameters.Zip(parameters))
            tensor.Write(Single(values));
        var executable = processor.Compile(graph, tensors, count + 1, new CompileOptions { InputGradient = true });
        Single(x).CopyTo(executable.Input);
        executable.Forward(new Pass(count, Training: true));
        var y = executable.Output.ToArray();
        Single(dy).CopyTo(executable.OutputGradient);
        executable.Backward();

        var twin = new GraphTwin(graph);
        var (dx, gradients) = twin.Backward(x, count, parameters, dy);
        Agree("output", twin.Forward(x, count, parameters), y);
        Agree("input gradient", dx, executable.InputGradient);
        foreach (var (tensor, gradient) in tensors.Parameters.Zip(gradients))
            Agree($"gradient of {tensor.Name}", gradient, tensor.Gradient);
    }

    private static (Graph Graph, double[] X, double[] Dy, double[][] Parameters) Try(int number)
    {
        var (layers, input, count) = Models[number];
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, input);
        var size = count * graph.Inputs[0].Shape.Size;
        return (
            graph,
            graph.Vocabulary is { } vocabulary ? TwinCase.Indices("x", size, vocabulary) : TwinCase.Numbers("x", size),
            TwinCase.Numbers("dy", count * graph.ShapeOf(graph.Outputs[0]).Size),
            [.. graph.Parameters.Select(parameter => TwinCase.Numbers(parameter.Name, parameter.Shape.Size))]);
    }

    private static void Agree(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var tolerance = 2e-5 * Math.Max(1e-2, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                throw new XunitException($"{what} {i} is {actual[i]}, not {expected[i]}.");
        }
    }

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];
}
