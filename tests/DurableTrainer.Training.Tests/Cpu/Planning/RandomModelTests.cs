using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Tests.Reference;
using Xunit.Sdk;

namespace DurableTrainer.Training.Tests.Cpu.Planning;

/// <summary>
/// What a plan shares, writes over and joins must change nothing: models of random layers and odd sizes against their operations one by
/// one in 64 bits, by every kernel path and both kinds of way back.
/// </summary>
public class RandomModelTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 16, 17, 33];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_plan_computes_what_its_operations_compute(int seed)
    {
        var random = new KeyedRandom(seed, "random model");
        var (graph, count) = Model(random);
        double[][] parameters = [.. graph.Parameters.Select(parameter => TwinCase.Numbers(parameter.Name, parameter.Shape.Size))];
        var x = TwinCase.Numbers("x", count * graph.Inputs[0].Shape.Size);
        var dy = TwinCase.Numbers("dy", count * graph.ShapeOf(graph.Outputs[0]).Size);
        var twin = new GraphTwin(graph);
        var (dx, gradients) = twin.Backward(x, count, parameters, dy);
        var y = twin.Forward(x, count, parameters);

        foreach (var path in Enum.GetValues<KernelPath>().Where(path => path <= KernelPaths.Fastest))
        {
            foreach (var wayBack in new[] { WayBack.Whole, WayBack.Apart })
            {
                using var processor = new CpuProcessor(threads: 1 + seed % 2, path);
                var tensors = new ModelTensors(graph);
                foreach (var (tensor, values) in tensors.Parameters.Zip(parameters))
                    tensor.Write(Single(values));
                var executable = processor.Compile(graph, tensors, count + seed % 3, new CompileOptions { WayBack = wayBack, InputGradient = true });

                // Twice, since the second pass finds what the first left in memory.
                for (var pass = 0; pass < 2; pass++)
                {
                    Single(x).CopyTo(executable.Input);
                    executable.Forward(new Pass(count, Training: true));
                    var what = $"Seed {seed}, {path}, {wayBack}, pass {pass}, {string.Join(" ", graph.Nodes.Select(node => node.Operation.Name))}";
                    Agree(what + ": output", y, executable.Output);
                    Single(dy).CopyTo(executable.OutputGradient);
                    executable.Backward();
                    Agree(what + ": input gradient", dx, executable.InputGradient);
                    foreach (var (tensor, gradient) in tensors.Parameters.Zip(gradients))
                        Agree($"{what}: gradient of {tensor.Name}", gradient, tensor.Gradient);
                }
            }
        }
    }

    private static (Graph Graph, int Count) Model(KeyedRandom random)
    {
        var count = 3 + random.NextInt32(6);
        int[] input = random.NextInt32(3) switch
        {
            0 => [Size(random)],
            1 => [1 + random.NextInt32(7), Size(random)],
            _ => [Size(random), 3 + random.NextInt32(5), 3 + random.NextInt32(5)],
        };
        var layers = new List<LayerSpec>();
        for (var i = 2 + random.NextInt32(5); i > 0; i--)
        {
            var candidate = Layer(random, Shape(layers, input));
            layers.Add(random.NextInt32(4) == 0 ? new ResidualLayer { Layers = [Keeping(random, Shape(layers, input)), new TanhLayer()] } : candidate);
        }

        return (GraphBuilder.Build(new ModelSpec { Layers = layers }, input), count);
    }

    private static Shape Shape(List<LayerSpec> layers, int[] input)
    {
        if (layers.Count == 0)
            return new Shape(input);
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, input);
        return graph.ShapeOf(graph.Outputs[0]);
    }

    private static LayerSpec Layer(KeyedRandom random, Shape shape) => random.NextInt32(shape.Count == 3 ? 9 : 6) switch
    {
        0 => new LinearLayer { Units = Size(random), Bias = random.NextInt32(2) == 0 },
        1 => Activation(random),
        2 => Activation(random),
        3 => Keeping(random, shape),
        4 => shape.Count == 2 ? new GruLayer { Units = Size(random), Sequence = random.NextInt32(2) == 0 } : new LayerNormLayer(),
        5 => shape.Count == 1 ? new ReshapeLayer { Shape = [1, -1] } : new FlattenLayer(),
        6 => new Conv2dLayer { Filters = Size(random), Kernel = 1 + random.NextInt32(2), Stride = 1 + random.NextInt32(2), Padding = random.NextInt32(2) },
        7 => new AveragePool2dLayer { Size = 2, Padding = 1 },
        _ => new GlobalAveragePool2dLayer(),
    };

    /// <summary>One that keeps the shape.</summary>
    private static LayerSpec Keeping(KeyedRandom random, Shape shape) => random.NextInt32(3) switch
    {
        0 => Activation(random),
        1 when shape.Count == 3 => new Conv2dLayer { Filters = shape[0], Kernel = 3, Padding = 1, Groups = random.NextInt32(2) == 0 ? 1 : shape[0] },
        1 when shape.Count == 2 => new AttentionLayer { Heads = 1, Causal = random.NextInt32(2) == 0 },
        2 when shape.Count == 3 => new BatchNormLayer(),
        _ => new LinearLayer { Units = shape[^1] },
    };

    private static LayerSpec Activation(KeyedRandom random) => random.NextInt32(5) switch
    {
        0 => new ReluLayer(),
        1 => new GeluLayer(),
        2 => new SiluLayer(),
        3 => new TanhLayer(),
        _ => new SigmoidLayer(),
    };

    private static int Size(KeyedRandom random) => Sizes[random.NextInt32(Sizes.Length)];

    private static void Agree(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var tolerance = 1e-4 * Math.Max(1e-1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                throw new XunitException($"{what} {i} is {actual[i]}, not {expected[i]}.");
        }
    }

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];
}
