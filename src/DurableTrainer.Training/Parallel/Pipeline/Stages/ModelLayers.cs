using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;

namespace DurableTrainer.Training.Parallel.Pipeline.Stages;

/// <summary>The layers of a model as pipelines see them: what lies between two places at which the model can be cut.</summary>
internal static class ModelLayers
{
    /// <summary>A parameter itself, its gradient, and the sum of gradients over micro-batches.</summary>
    private const int CopiesOfParameters = 3;

    /// <summary>With what they take on this machine.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="optimizer">What moves the parameters.</param>
    /// <param name="samples">Of a micro-batch.</param>
    /// <param name="longEnough">For so long they are run at least.</param>
    public static IReadOnlyList<LayerCost> Measure(Graph graph, OptimizerSpec optimizer, int samples, TimeSpan longEnough)
    {
        var costs = NodeCosts.Measure(graph, samples, longEnough);
        return Of(graph, optimizer, samples, node => costs[node.Id]);
    }

    /// <param name="graph">The model.</param>
    /// <param name="optimizer">What moves the parameters.</param>
    /// <param name="samples">Of a micro-batch.</param>
    /// <param name="costOf">Seconds of a node.</param>
    public static IReadOnlyList<LayerCost> Of(Graph graph, OptimizerSpec optimizer, int samples, Func<Node, NodeCost> costOf)
    {
        int[] borders = [0, .. GraphCuts.Places(graph), graph.Nodes.Count];
        var copies = CopiesOfParameters + Optimizer.StatesOf(optimizer);
        return [.. borders.Zip(borders.Skip(1), (from, to) => Layer([.. graph.Nodes.Take(from..to)]))];

        LayerCost Layer(Node[] nodes)
        {
            var seconds = nodes.Aggregate(default(NodeCost), (sum, node) => sum + costOf(node));
            var parameters = nodes.SelectMany(node => node.Parameters).Aggregate(0L, (sum, parameter) => Saturating.Sum(sum, parameter.Shape.Size));
            var values = nodes.Aggregate(0L, (sum, node) => Saturating.Sum(sum, node.Shape.SizeOf(samples)));
            return new LayerCost(
                nodes.FirstOrDefault(node => node.Parameters.Count > 0)?.Id ?? nodes[0].Id,
                seconds.Forward, seconds.BackwardInputs, seconds.BackwardWeights,
                Bytes(Saturating.Product(parameters, copies)), Bytes(values), Bytes(nodes[^1].Shape.SizeOf(samples)));
        }
    }

    private static long Bytes(long values) => Saturating.Product(values, sizeof(float));
}
