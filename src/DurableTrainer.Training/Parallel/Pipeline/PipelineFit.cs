using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>Whether a model can be cut into as many stages as a spec asks for.</summary>
public static class PipelineFit
{
    /// <returns>Null when it can.</returns>
    public static string? WhyNot(PipelineParallelSpec parallel, Graph graph)
    {
        var layers = GraphCuts.Places(graph).Count + 1;
        return layers >= parallel.Stages ? null
            : $"{parallel.Stages} stages need a layer each, and the model can be cut into {layers} at most; choose fewer units{(parallel.Stages > parallel.Units.Count ? " or fewer stages on each" : "")}";
    }

    /// <exception cref="ProcessorException">It cannot.</exception>
    internal static void Require(PipelineParallelSpec parallel, Graph graph)
    {
        if (WhyNot(parallel, graph) is { } why)
            throw new ProcessorException($"/parallel/units: {why}.");
    }
}
