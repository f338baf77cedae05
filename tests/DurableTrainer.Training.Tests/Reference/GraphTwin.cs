using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>A whole graph in 64 bits, node by node through their twins; parameters in the order of the graph.</summary>
internal sealed class GraphTwin(Graph graph) : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters) => Values(x, count, parameters)[graph.Outputs[0]];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var values = Values(x, count, parameters);
        var slopes = values.ToDictionary(value => value.Key, value => new double[value.Value.Length]);
        slopes[graph.Outputs[0]] = [.. dy];
        var gradients = new List<double[]>();
        var end = parameters.Length;
        foreach (var node in graph.Nodes.Reverse())
        {
            var own = parameters[(end - node.Parameters.Count)..end];
            end -= own.Length;
            if (node.Operation is AddOperation)
            {
                foreach (var id in node.Inputs)
                    Add(slopes[id], slopes[node.Id]);
                continue;
            }

            var back = Of(node.Operation, graph.ShapeOf(node.Inputs[0])).Backward(values[node.Inputs[0]], count, own, slopes[node.Id]);
            Add(slopes[node.Inputs[0]], back.Inputs);
            gradients.InsertRange(0, back.Parameters);
        }

        return (slopes[graph.Inputs[0].Id], [.. gradients]);
    }

    private Dictionary<string, double[]> Values(double[] x, int count, double[][] parameters)
    {
        var values = new Dictionary<string, double[]> { [graph.Inputs[0].Id] = x };
        var first = 0;
        foreach (var node in graph.Nodes)
        {
            var own = parameters[first..(first + node.Parameters.Count)];
            first += own.Length;
            var input = values[node.Inputs[0]];
            values.Add(node.Id, node.Operation is AddOperation
                ? [.. input.Zip(values[node.Inputs[1]], (a, b) => a + b)]
                : Of(node.Operation, graph.ShapeOf(node.Inputs[0])).Forward(input, count, own));
        }

        return values;
    }

    private static void Add(double[] sum, double[] values)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += values[i];
    }
}
