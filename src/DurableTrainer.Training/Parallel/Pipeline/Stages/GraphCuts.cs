using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Parallel.Pipeline.Stages;

/// <summary>Where a model can be cut into parts that follow each other: where a single value goes from what is before to what is behind.</summary>
internal static class GraphCuts
{
    /// <summary>
    /// After how many nodes the graph can be cut, in ascending order. Something learns before the first place, as gradients go as far as that.
    /// </summary>
    public static IReadOnlyList<int> Places(Graph graph)
    {
        var last = LastReaders(graph);
        var places = new List<int>();
        // Of all values so far but the newest: the last node that reads one of them.
        var (reach, learns) = (last[graph.Inputs[0].Id], false);
        for (var node = 0; node < graph.Nodes.Count - 1; node++)
        {
            learns |= graph.Nodes[node].Parameters.Count > 0;
            if (learns && reach <= node)
                places.Add(node + 1);
            reach = Math.Max(reach, last[graph.Nodes[node].Id]);
        }

        return places;
    }

    /// <param name="graph">The whole.</param>
    /// <param name="cuts">Some of its places, in ascending order.</param>
    /// <returns>One part more than there are cuts. Parameters and state keep their names.</returns>
    public static IReadOnlyList<Graph> Parts(Graph graph, IReadOnlyList<int> cuts)
    {
        int[] borders = [0, .. cuts, graph.Nodes.Count];
        return [.. borders.Zip(borders.Skip(1), (from, to) => Part(graph, from, to))];
    }

    private static Graph Part(Graph graph, int from, int to) => new()
    {
        Inputs = from == 0 ? graph.Inputs : [new GraphInput(graph.Nodes[from - 1].Id, graph.Nodes[from - 1].Shape)],
        Nodes = [.. graph.Nodes.Take(from..to)],
        Outputs = to == graph.Nodes.Count ? graph.Outputs : [graph.Nodes[to - 1].Id],
    };

    /// <summary>Which node reads a value last; those of the graph's outputs are read behind all nodes.</summary>
    private static Dictionary<string, int> LastReaders(Graph graph)
    {
        var last = graph.Inputs.Select(input => input.Id).Concat(graph.Nodes.Select(node => node.Id)).ToDictionary(id => id, _ => -1);
        foreach (var (number, node) in graph.Nodes.Index())
        {
            foreach (var id in node.Inputs)
                last[id] = number;
        }

        foreach (var id in graph.Outputs)
            last[id] = graph.Nodes.Count;
        return last;
    }
}
