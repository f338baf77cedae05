using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>How the model of a session is cut and in which order its units work.</summary>
internal sealed class PipelinePlan(PipelineParallelSpec parallel, Graph graph, int targetSize, int trial, PipelineSurroundings surroundings)
{
    private readonly List<PlanChange> changes = [];
    private StageLayout? layout;
    private PipelineFill? fill;

    /// <summary>How the model was spread over units, and why, from the first on.</summary>
    public IReadOnlyList<PlanChange> Changes => changes;

    /// <summary>Epochs and steps that are done, for those who read of changes.</summary>
    public required Func<(int Epoch, long Step)> Now { get; init; }


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

    /// <summary>Asks the trial to stop.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Lets what waits for gaps pass, as the trial is to stop.</summary>
    public void Release() => fill?.Release();

    public PipelineCrew Open(Loss loss, ModelTensors tensors, Optimizer optimizer, int batch) =>
        new(loss, parallel, tensors, optimizer, layout ??= Cut(batch), batch, surroundings, OpenFill);

    private PipelineFill? OpenFill(PipelineWatch watch, long bytes) => fill = parallel.Fill is { } spec && surroundings.Place is { } place
        ? new PipelineFill(place, spec, trial, bytes, watch, surroundings) { Tell = Tell, IsStopping = () => Stop.IsCancellationRequested }
        : null;

    public PipelineBatch RoomForBatch(int batch) => new(
        batch, parallel.MicroBatches, checked((int)graph.Inputs[0].Shape.Size), checked((int)graph.ShapeOf(graph.Outputs[0]).Size), targetSize);

    private StageLayout Cut(int batch)
    {
        var schedule = Schedule.Of(parallel.Schedule, parallel.Units.Count, parallel.MicroBatches, parallel.Stages / parallel.Units.Count);
        var cuts = surroundings.Cuts ?? CutEvenly(PipelineBatch.MostOf(batch, parallel.MicroBatches));
        return new StageLayout(GraphCuts.Parts(graph, cuts), [.. Enumerable.Range(0, parallel.Units.Count)], schedule);
    }

    private void Tell(string reason) => changes.Add(new PlanChange(Now().Epoch, Now().Step, reason));

    private IReadOnlyList<int> CutEvenly(int samples)
    {
        var costs = NodeCosts.Measure(graph, samples);
        var places = GraphCuts.Places(graph);
        var sums = new double[graph.Nodes.Count + 1];
        for (var i = 0; i < graph.Nodes.Count; i++) sums[i + 1] = sums[i] + costs[graph.Nodes[i].Id].Total;
        return [.. Enumerable.Range(1, parallel.Stages - 1).Select(k => places.MinBy(place => Math.Abs(sums[place] - sums[^1] * k / parallel.Stages)))];
    }
}
