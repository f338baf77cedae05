using System.Text.Json.Serialization;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Graphs;

/// <summary>
/// A model as operations with static shapes: no values, no processor. Nodes stand in an order in which each comes after its inputs.
/// </summary>
public sealed record Graph
{
    public required IReadOnlyList<GraphInput> Inputs { get; init; }

    public required IReadOnlyList<Node> Nodes { get; init; }

    /// <summary>Ids of the nodes (or inputs) whose values the graph gives.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>All parameters, in the order of the nodes.</summary>
    internal IEnumerable<ParameterDeclaration> Parameters => Nodes.SelectMany(node => node.Parameters);

    /// <summary>All state, in the order of the nodes.</summary>
    internal IEnumerable<ParameterDeclaration> State => Nodes.SelectMany(node => node.State);

    /// <summary>How many numbers are learned; <see cref="long.MaxValue"/> when there are more. It takes no memory to know.</summary>
    public long ParameterCount => Parameters.Aggregate(0L, (sum, parameter) => Saturating.Sum(sum, parameter.Shape.Size));

    /// <summary>Where the input is indices that are looked up: how many there are. Null where it is numbers.</summary>
    [JsonIgnore]
    public int? Vocabulary => Nodes.Select(node => node.Operation).OfType<EmbeddingOperation>().FirstOrDefault()?.Vocabulary;

    /// <summary>Of one sample's way forward.</summary>
    public Cost Cost
    {
        get
        {
            var shapes = Nodes.Select(node => (node.Id, node.Shape)).Concat(Inputs.Select(input => (input.Id, input.Shape))).ToDictionary();
            return Nodes.Aggregate(default(Cost), (sum, node) => sum + node.Cost(id => shapes[id]));
        }
    }

    /// <summary>Shape of a node's or an input's value, without the batch.</summary>
    /// <exception cref="KeyNotFoundException">Nothing in this graph has that id.</exception>
    public Shape ShapeOf(string id) =>
        Nodes.FirstOrDefault(node => node.Id == id)?.Shape
        ?? Inputs.FirstOrDefault(input => input.Id == id)?.Shape
        ?? throw new KeyNotFoundException($"The graph has no value '{id}'.");
}

/// <param name="Id">By which nodes refer to it.</param>
/// <param name="Shape">Of one sample.</param>
public sealed record GraphInput(string Id, Shape Shape);

/// <summary>One operation at its place in a graph.</summary>
public sealed record Node
{
    /// <summary>The path of its layer: <c>layers.3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it does, with its attributes.</summary>
    public required Operation Operation { get; init; }

    /// <summary>Ids of nodes or graph inputs.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Shape of its value for one sample.</summary>
    public required Shape Shape { get; init; }

    /// <summary>What the optimizer changes.</summary>
    public IReadOnlyList<ParameterDeclaration> Parameters { get; init; } = [];

    /// <summary>What the operation itself carries from step to step, such as running statistics.</summary>
    public IReadOnlyList<ParameterDeclaration> State { get; init; } = [];

    internal Cost Cost(Func<string, Shape> shapeOf) => Operation.CostOf(shapeOf(Inputs[0]), Shape);
}

/// <param name="Name">Its path, <c>layers.3.weight</c>: also its key in a safetensors file.</param>
/// <param name="Shape">As PyTorch has it.</param>
/// <param name="Initializer">What it is before the first step.</param>
/// <param name="Decay">Whether weight decay applies to it.</param>
public sealed record ParameterDeclaration(string Name, Shape Shape, Initializer Initializer, bool Decay = true)
{
    /// <summary>The values that it starts with, which depend on the seed, the trial and its name alone.</summary>
    internal void Fill(Span<float> values, long seed, int trial) => Initializer.Fill(values, new KeyedRandom(seed, "parameters/" + Name, trial));
}
