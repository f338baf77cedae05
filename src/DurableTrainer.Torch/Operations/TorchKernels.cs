using System.Diagnostics;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DurableTrainer.Torch.Operations;

/// <summary>Which of torch's functions do which operation of the graph.</summary>
internal static class TorchKernels
{
    /// <param name="with">The node, with its tensors.</param>
    /// <param name="inputs">Values of its inputs: <c>[count, …shape]</c>.</param>
    /// <param name="pass">Of as many samples.</param>
    /// <param name="products">Computes what is a product.</param>
    public static torch.Tensor Apply(NodeTensors with, torch.Tensor[] inputs, in Pass pass, Products products)
    {
        var x = inputs[0];
        return with.Node.Operation switch
        {
            LinearOperation => products.Linear(x, with["weight"], with.Bias),
            Conv2dOperation conv => products.Conv2d(x, with["weight"], with.Bias, conv),
            MaxPool2dOperation pool => functional.max_pool2d(x, (long)pool.Size, pool.Stride, pool.Padding),
            AveragePool2dOperation pool => functional.avg_pool2d(x, (long)pool.Size, pool.Stride, pool.Padding),
            GlobalAveragePool2dOperation => x.mean([2, 3]),
            BatchNormOperation norm => Norms.Batch(x, with, norm, pass.Training),
            LayerNormOperation norm => Norms.Layer(x, with, norm),
            GroupNormOperation norm => Norms.Group(x, with, norm),
            DropoutOperation dropout => pass.Training && dropout.Rate > 0 ? Dropping.Apply(x, with.Node.Id, dropout.Rate, pass) : x.alias(),
            ActivationOperation activation => Activate(x, activation.Function),
            SoftmaxOperation => x.softmax(-1, torch.float32),
            FlattenOperation or ReshapeOperation => x.reshape([pass.Count, .. with.Node.Shape.Select(size => (long)size)]),
            EmbeddingOperation => Sequences.LookUp(x, with["weight"]),
            PositionEmbeddingOperation => x + with["weight"],
            AttentionOperation attention => products.Attention(x, attention),
            GruOperation gru => Sequences.Gru(x, with, gru, products),
            AddOperation => x + inputs[1],
            var operation => throw new UnreachableException($"No kernel does {operation.Name}."),
        };
    }

    private static torch.Tensor Activate(torch.Tensor x, Activation function) => function switch
    {
        Activation.Relu => x.relu(),
        Activation.Gelu => x.gelu(),
        Activation.Silu => x.silu(),
        Activation.Tanh => x.tanh(),
        Activation.Sigmoid => x.sigmoid(),
        _ => throw new UnreachableException($"No kernel does {function}."),
    };
}
