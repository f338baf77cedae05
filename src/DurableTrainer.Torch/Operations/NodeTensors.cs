using DurableTrainer.Training.Graphs;
using TorchSharp;

namespace DurableTrainer.Torch.Operations;

/// <summary>A node with its parameters and state.</summary>
internal sealed class NodeTensors(Node node, IReadOnlyDictionary<string, torch.Tensor> all)
{
    private readonly Dictionary<string, torch.Tensor> own = node.Parameters.Concat(node.State)
        .ToDictionary(declaration => declaration.Name[(node.Id.Length + 1)..], declaration => all[declaration.Name]);

    public Node Node => node;

    /// <param name="name">After the node's path, such as <c>weight</c>.</param>
    public torch.Tensor this[string name] => own[name];

    /// <summary>Null where the layer does without.</summary>
    public torch.Tensor? Bias => own.GetValueOrDefault("bias");
}
