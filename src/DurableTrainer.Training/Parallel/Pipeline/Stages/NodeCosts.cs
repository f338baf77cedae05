using System.Diagnostics;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Stages;

/// <summary>Measures what each node of a graph takes for a micro-batch, by running the graph operation by operation.</summary>
internal static class NodeCosts
{
    /// <summary>Passes at least. The least counts: others on this machine can only add to what an operation takes.</summary>
    public const int FewestPasses = 4;

    /// <summary>For so long more passes follow: until it has run for a while, a program is not compiled to its end.</summary>
    public static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(400);

    /// <param name="graph">The model.</param>
    /// <param name="samples">Of a micro-batch.</param>
    /// <param name="longEnough">For so long it is run at least.</param>
    /// <returns>Seconds of each node, by its id. An operation that does the work of several is shared out evenly among them.</returns>
    public static IReadOnlyDictionary<string, NodeCost> Measure(Graph graph, int samples, TimeSpan longEnough)
    {
        using var processor = new CpuProcessor();
        var executable = processor.Compile(graph, new ModelTensors(graph), samples, new CompileOptions { WayBack = WayBack.Apart });
        var (forward, back) = (Times(executable.ForwardNodes.Count), (Inputs: Times(executable.BackwardNodes.Count), Weights: Times(executable.BackwardNodes.Count)));
        var begun = Stopwatch.GetTimestamp();
        for (var passes = 0; passes < FewestPasses || Stopwatch.GetElapsedTime(begun) < longEnough; passes++)
        {
            executable.Input.Clear();
            executable.Begin(new Pass(samples, Training: true));
            Run(executable.ForwardOne, forward);
            executable.OutputGradient.Fill(1f / samples);
            Run(executable.BackwardInputsOne, back.Inputs);
            Run(executable.BackwardWeightsOne, back.Weights);
        }

        var costs = graph.Nodes.ToDictionary(node => node.Id, _ => default(NodeCost));
        Share(executable.ForwardNodes, forward, seconds => new NodeCost(seconds, 0, 0));
        Share(executable.BackwardNodes, back.Inputs, seconds => new NodeCost(0, seconds, 0));
        Share(executable.BackwardNodes, back.Weights, seconds => new NodeCost(0, 0, seconds));
        return costs;

        void Share(IReadOnlyList<IReadOnlyList<Node>> operations, double[] times, Func<double, NodeCost> cost)
        {
            foreach (var (nodes, seconds) in operations.Zip(times))
            {
                foreach (var node in nodes)
                    costs[node.Id] += cost(seconds / nodes.Count);
            }
        }
    }

    private static double[] Times(int operations) => [.. Enumerable.Repeat(double.MaxValue, operations)];

    private static void Run(Action<int> operation, double[] times)
    {
        for (var number = 0; number < times.Length; number++)
        {
            var start = Stopwatch.GetTimestamp();
            operation(number);
            times[number] = Math.Min(times[number], Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }
}

/// <summary>Seconds that a node takes for a micro-batch.</summary>
internal readonly record struct NodeCost(double Forward, double BackwardInputs, double BackwardWeights)
{
    public double Total => Forward + BackwardInputs + BackwardWeights;

    public static NodeCost operator +(NodeCost one, NodeCost other) =>
        new(one.Forward + other.Forward, one.BackwardInputs + other.BackwardInputs, one.BackwardWeights + other.BackwardWeights);
}
