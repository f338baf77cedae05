using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>How the model of a session is cut and in which order its units work.</summary>
internal sealed class PipelinePlan(PipelineParallelSpec parallel, Graph graph, int targetSize, PipelineSurroundings surroundings)
{
    private StageLayout? layout;

    /// <exception cref="ProcessorException">The model has fewer places to be cut at than stages want.</exception>
    public void Require()
    {
        var places = GraphCuts.Places(graph).Count;
        if (places < parallel.Stages - 1)
        {
            throw new ProcessorException(
                $"/parallel/units: {parallel.Stages} stages want a model that can be cut at {parallel.Stages - 1} places, and this one can be at {places}: "
                    + "between two layers, and not within a residual one; choose fewer units.");
        }
    }

    public PipelineCrew Open(Loss loss, ModelTensors tensors, Optimizer optimizer, int batch) =>
        new(loss, parallel, tensors, optimizer, layout ??= Cut(batch), batch, surroundings);

    public PipelineBatch RoomForBatch(int batch) => new(
        batch, parallel.MicroBatches, checked((int)graph.Inputs[0].Shape.Size), checked((int)graph.ShapeOf(graph.Outputs[0]).Size), targetSize);

    private StageLayout Cut(int batch)
    {
        var schedule = Schedule.Of(parallel.Schedule, parallel.Units.Count, parallel.MicroBatches, parallel.Stages / parallel.Units.Count);
        var cuts = surroundings.Cuts ?? CutEvenly(PipelineBatch.MostOf(batch, parallel.MicroBatches));
        return new StageLayout(GraphCuts.Parts(graph, cuts), [.. Enumerable.Range(0, parallel.Units.Count)], schedule);
    }

    private IReadOnlyList<int> CutEvenly(int samples)
    {
        var costs = NodeCosts.Measure(graph, samples);
        var places = GraphCuts.Places(graph);
        var sums = new double[graph.Nodes.Count + 1];
        for (var i = 0; i < graph.Nodes.Count; i++) sums[i + 1] = sums[i] + costs[graph.Nodes[i].Id].Total;
        return [.. Enumerable.Range(1, parallel.Stages - 1).Select(k => places.MinBy(place => Math.Abs(sums[place] - sums[^1] * k / parallel.Stages)))];
    }
}
