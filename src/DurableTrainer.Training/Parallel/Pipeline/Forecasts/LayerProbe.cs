using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Stages;

namespace DurableTrainer.Training.Parallel.Pipeline.Forecasts;

/// <summary>What the layers of a model take on this machine, for micro-batches of several sizes: in all that takes about two seconds at most.</summary>
/// <param name="graph">The model.</param>
/// <param name="optimizer">What moves the parameters.</param>
internal sealed class LayerProbe(Graph graph, OptimizerSpec optimizer)
{
    /// <summary>Before anything counts, the program is to be compiled to its end: or else what is measured first seems to take longer.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(800);

    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(200);

    /// <summary>As long as so many operations take what a pass has to do with a parameter whatever the samples: it is packed, and its gradient is written.</summary>
    private const double FlopsOfParameter = 100;

    private readonly Dictionary<int, IReadOnlyList<LayerCost>> measured = [];
    private double flops = ProbeBudget.MostFlops;

    /// <param name="samples">Of a micro-batch.</param>
    /// <returns>Null when it would take too long to try that out, too.</returns>
    public IReadOnlyList<LayerCost>? Measure(int samples)
    {
        if (measured.TryGetValue(samples, out var known))
            return known;
        var isFirst = measured.Count == 0;
        var needed = (isFirst ? 2 : 1) * NodeCosts.FewestPasses * (samples * ProbeBudget.FlopsOfSample(graph) + FlopsOfParameter * graph.ParameterCount);
        if (needed > flops)
            return null;
        flops -= needed;
        if (isFirst)
            NodeCosts.Measure(graph, samples, WarmUp);
        return measured[samples] = ModelLayers.Measure(graph, optimizer, samples, LongEnough);
    }
}
