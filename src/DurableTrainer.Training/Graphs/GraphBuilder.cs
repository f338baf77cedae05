using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Graphs;

/// <summary>Makes the graph of a model for samples of one shape.</summary>
/// <remarks>
/// A layer's path counts from its container: <c>layers.3</c>; inside a residual layer at 4, <c>layers.4.1</c>; inside a repeated layer
/// at 4, the repetition and then the layer, <c>layers.4.0.1</c>.
/// </remarks>
public sealed class GraphBuilder
{
    /// <summary>Id of the graph's only input.</summary>
    public const string InputId = "input";

    /// <summary>Nodes of a graph at most, repeated layers counted each time.</summary>
    public const int MostNodes = 10_000;

    private readonly List<Node> nodes = [];

    private GraphBuilder()
    {
    }

    /// <param name="model">The layers.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <exception cref="ShapeException">A layer cannot work on what reaches it, or there is none.</exception>
    public static Graph Build(ModelSpec model, IReadOnlyList<int> sampleShape)
    {
        if (model.Layers.Count == 0)
            throw new ShapeException("/layers", "a model", new Shape(sampleShape), "1 layer or more");
        var builder = new GraphBuilder();
        var input = new Value(InputId, new Shape(sampleShape), IsData: true);
        var output = builder.Chain(model.Layers, input, "layers", "/layers");
        return new Graph { Inputs = [new(input.Id, input.Shape)], Nodes = builder.nodes, Outputs = [output.Id] };
    }

    /// <summary>As <see cref="Build(ModelSpec, IReadOnlyList{int})"/>, and checks that the loss can be taken of what comes out.</summary>
    /// <param name="model">The layers.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <param name="loss">What is taken of the output.</param>
    /// <param name="targets">How many targets a sample has.</param>
    /// <exception cref="ShapeException">Also when the loss wants another shape.</exception>
    public static Graph Build(ModelSpec model, IReadOnlyList<int> sampleShape, LossSpec loss, int targets = 1)
    {
        var graph = Build(model, sampleShape);
        var output = graph.ShapeOf(graph.Outputs[0]);
        if (WantedOf(loss, targets, output) is { } wanted)
            throw new ShapeException($"/layers/{model.Layers.Count - 1}", NameOf(loss), output, wanted);
        return graph;
    }

    /// <returns>Null when the output is what the loss wants.</returns>
    private static string? WantedOf(LossSpec loss, int targets, Shape output)
    {
        var many = targets == 1 ? "" : $", for {targets} targets of each sample";
        if (loss is not CrossEntropySpec crossEntropy)
            return output.Count == 1 && output[0] == targets ? null : $"[{targets}] from the last layer{many}";
        var fits = output.Count == 2 ? output[0] == targets : output.Count == 1 && targets == 1;
        if (!fits)
            return $"{(targets == 1 ? "[classes]" : $"[{targets}, classes]")} from the last layer{many}";
        return crossEntropy.TopK >= output[^1] ? $"more classes than {crossEntropy.TopK} from the last layer, for its topK" : null;
    }

    private static string NameOf(LossSpec loss) => loss switch
    {
        CrossEntropySpec => "crossEntropy",
        BinaryCrossEntropySpec => "binaryCrossEntropy",
        MeanSquaredErrorSpec => "meanSquaredError",
        HuberSpec => "huber",
        _ => throw new UnreachableException($"Nothing is known of {loss.GetType().Name}."),
    };

    private Value Chain(IReadOnlyList<LayerSpec> layers, Value value, string path, string pointer)
    {
        for (var i = 0; i < layers.Count; i++)
            value = Layer(layers[i], value, $"{path}.{i}", $"{pointer}/{i}");
        return value;
    }

    private Value Layer(LayerSpec layer, Value value, string path, string pointer) => layer switch
    {
        ResidualLayer residual => Residual(residual, value, path, pointer),
        RepeatLayer repeat => Repeat(repeat, value, path, pointer),
        AttentionLayer attention => Attend(attention, value, path, pointer),
        _ => Place(OperationOf(layer), value, path, pointer),
    };

    private Value Residual(ResidualLayer residual, Value value, string path, string pointer)
    {
        var branch = Chain(residual.Layers, value, path, $"{pointer}/layers");
        if (!branch.Shape.Equals(value.Shape))
            throw new ShapeException(pointer, "residual", value.Shape, $"layers that keep the shape; these give {branch.Shape}");
        return Append(pointer, value, new Node
        {
            Id = path,
            Operation = new AddOperation(),
            Inputs = [value.Id, branch.Id],
            Shape = value.Shape,
        });
    }

    private Value Repeat(RepeatLayer repeat, Value value, string path, string pointer)
    {
        if (repeat.Times < 0)
            throw new ShapeException(pointer, "repeat", value.Shape, $"0 times or more, not {repeat.Times}");
        var nodesEachTime = NodesOf(repeat.Layers);
        var room = MostNodes - nodes.Count;

        // Where even once is too much, a layer inside says so.
        if (nodesEachTime <= room && nodesEachTime * repeat.Times > room)
        {
            throw new ShapeException(
                pointer, "repeat", value.Shape,
                $"fewer times than {repeat.Times}: a model has at most {MostNodes} layers, repeated ones counted each time");
        }

        // Layers without a node are looked at once, for mistakes.
        var times = nodesEachTime == 0 ? Math.Min(1, repeat.Times) : repeat.Times;
        for (var time = 0; time < times; time++)
            value = Chain(repeat.Layers, value, $"{path}.{time}", $"{pointer}/layers");
        return value;
    }

    /// <summary>Projections in and out as linear operations of their own, which start as those of PyTorch's MultiheadAttention.</summary>
    private Value Attend(AttentionLayer attention, Value value, string path, string pointer)
    {
        if (attention.Heads < 1)
            throw new ShapeException(pointer, "attention", value.Shape, $"1 head or more, not {attention.Heads}");
        if (value.Shape.Count != 2)
            throw new ShapeException(pointer, "attention", value.Shape, "[length, width]");
        var width = value.Shape[1];
        if (width % attention.Heads != 0)
            throw new ShapeException(pointer, "attention", value.Shape, $"a width that its {attention.Heads} heads divide evenly");
        if (width > int.MaxValue / 3)
            throw new ShapeException(pointer, "attention", value.Shape, $"a width of at most {int.MaxValue / 3}");
        var projected = Project(3 * width, UniformInitializer.Glorot(width, 3L * width), value, $"{path}.in_proj");
        var attended = Place(new AttentionOperation(attention.Heads, attention.Causal), projected, $"{path}.heads", pointer);
        return Project(width, UniformInitializer.ForFanIn(width), attended, $"{path}.out_proj");

        Value Project(int units, Initializer weight, Value from, string to)
        {
            var operation = new LinearOperation(units, attention.Bias);
            var parameters = operation.Parameters(to, from.Shape).Select((parameter, i) =>
                parameter with { Initializer = i == 0 ? weight : new ConstantInitializer(0) });
            return Place(operation, from, to, pointer, [.. parameters]);
        }
    }

    /// <summary>At most one more than <see cref="MostNodes"/>, so that products of times do not overflow.</summary>
    private static long NodesOf(IReadOnlyList<LayerSpec> layers)
    {
        var count = 0L;
        foreach (var layer in layers)
        {
            count += layer switch
            {
                RepeatLayer repeat => Math.Max(0, repeat.Times) * NodesOf(repeat.Layers),
                ResidualLayer residual => NodesOf(residual.Layers) + 1,
                AttentionLayer => 3,
                _ => 1,
            };
            count = Math.Min(count, MostNodes + 1);
        }

        return count;
    }

    private Value Place(
        Operation operation, Value value, string path, string pointer, IReadOnlyList<ParameterDeclaration>? parameters = null)
    {
        if (operation is EmbeddingOperation && !value.IsData)
        {
            throw new ShapeException(
                pointer, operation.Name, value.Shape, "the indices of the data, with nothing but flatten and reshape before it");
        }

        var inference = operation.Infer(value.Shape);
        if (inference.Shape is not { } shape)
            throw new ShapeException(pointer, operation.Name, value.Shape, inference.Wanted);
        return Append(pointer, value, new Node
        {
            Id = path,
            Operation = operation,
            Inputs = [value.Id],
            Shape = shape,
            Parameters = parameters ?? operation.Parameters(path, value.Shape),
            State = operation.State(path, value.Shape),
        });
    }

    private Value Append(string pointer, Value input, Node node)
    {
        if (nodes.Count == MostNodes)
        {
            var name = node.Operation is AddOperation ? "residual" : node.Operation.Name;
            throw new ShapeException(
                pointer, name, input.Shape, $"fewer layers up to here: a model has at most {MostNodes}, repeated ones counted each time");
        }

        nodes.Add(node);
        return new Value(node.Id, node.Shape, input.IsData && node.Operation is (FlattenOperation or ReshapeOperation));
    }

    private static Operation OperationOf(LayerSpec layer) => layer switch
    {
        LinearLayer linear => new LinearOperation(linear.Units, linear.Bias),
        Conv2dLayer conv => new Conv2dOperation(conv.Filters, conv.Kernel, conv.Stride, conv.Padding, conv.Groups, conv.Bias),
        MaxPool2dLayer pool => new MaxPool2dOperation(pool.Size, pool.Stride ?? pool.Size, pool.Padding),
        AveragePool2dLayer pool => new AveragePool2dOperation(pool.Size, pool.Stride ?? pool.Size, pool.Padding),
        GlobalAveragePool2dLayer => new GlobalAveragePool2dOperation(),
        BatchNormLayer norm => new BatchNormOperation(norm.Momentum, norm.Epsilon),
        LayerNormLayer norm => new LayerNormOperation(norm.Epsilon),
        GroupNormLayer norm => new GroupNormOperation(norm.Groups, norm.Epsilon),
        DropoutLayer dropout => new DropoutOperation(dropout.Rate),
        ReluLayer => new ActivationOperation(Activation.Relu),
        GeluLayer => new ActivationOperation(Activation.Gelu),
        SiluLayer => new ActivationOperation(Activation.Silu),
        TanhLayer => new ActivationOperation(Activation.Tanh),
        SigmoidLayer => new ActivationOperation(Activation.Sigmoid),
        SoftmaxLayer => new SoftmaxOperation(),
        FlattenLayer => new FlattenOperation(),
        ReshapeLayer reshape => new ReshapeOperation(new Shape(reshape.Shape)),
        EmbeddingLayer embedding => new EmbeddingOperation(embedding.Vocabulary, embedding.Width),
        PositionEmbeddingLayer => new PositionEmbeddingOperation(),
        GruLayer gru => new GruOperation(gru.Units, gru.Sequence),
        _ => throw new UnreachableException($"No operation does {layer.GetType().Name}."),
    };

    /// <param name="Id">Of the node or the input.</param>
    /// <param name="Shape">Of one sample.</param>
    /// <param name="IsData">Whether it holds the numbers of the data as they are.</param>
    private sealed record Value(string Id, Shape Shape, bool IsData);
}
