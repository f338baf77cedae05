using DurableTrainer.Torch.Operations;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>The way forward through a graph; torch finds the way back by itself.</summary>
internal sealed class TorchGraph
{
    private readonly NodeTensors[] nodes;
    private readonly Products products;

    /// <param name="graph">What to compute.</param>
    /// <param name="tensors">The graph's parameters and state.</param>
    /// <param name="processor">What computes.</param>
    public TorchGraph(Graph graph, IReadOnlyList<TorchTensor> tensors, TorchProcessor processor)
    {
        var byName = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
        Graph = graph;
        nodes = [.. graph.Nodes.Select(node => new NodeTensors(node, byName))];
        products = new Products(processor.Precision);
    }

    public Graph Graph { get; }

    /// <param name="input"><c>[count, …sample shape]</c></param>
    /// <param name="pass">Of as many samples.</param>
    /// <returns><c>[count, …output shape]</c>, in 32 bits.</returns>
    public torch.Tensor Forward(torch.Tensor input, Pass pass)
    {
        var values = new Dictionary<string, torch.Tensor> { [Graph.Inputs[0].Id] = input };
        foreach (var node in nodes)
        {
            // What an operation makes by the way is given back as soon as it is done.
            using var scope = torch.NewDisposeScope();
            torch.Tensor[] inputs = [.. node.Node.Inputs.Select(id => values[id])];
            var value = TorchKernels.Apply(node, inputs, pass, products);
            values[node.Node.Id] = value.MoveToOuterDisposeScope();
        }

        return values[Graph.Outputs[0]].to_type(torch.float32);
    }
}
