using System.Globalization;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>How the model of a session is cut, in which order its units work, and what the trial is to others; with the reasons for it.</summary>
/// <param name="parallel">The units.</param>
/// <param name="graph">The model.</param>
/// <param name="targetSize">Targets of a sample.</param>
/// <param name="trial">Number of the trial.</param>
/// <param name="surroundings">What the pipeline lives in.</param>
internal sealed class PipelinePlan(PipelineParallelSpec parallel, Graph graph, int targetSize, int trial, PipelineSurroundings surroundings)
{
    private readonly List<PlanChange> changes = [];
    private CutControl? control;
    private StageLayout? layout;

    /// <summary>How the model was spread over units, and why, from the first on.</summary>
    public IReadOnlyList<PlanChange> Changes => changes;

    /// <summary>Epochs and steps that are done, for those who read of changes.</summary>
    public required Func<(int Epoch, long Step)> Now { get; init; }

    /// <summary>The units with their stages; null before the first batch.</summary>
    public PipelineCrew? Crew { get; private set; }

    /// <summary>Asks the trial to stop.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Makes the units with their stages. The first time the model is measured and cut.</summary>
    /// <exception cref="ProcessorException">The units may not take the memory that their stages need.</exception>
    public PipelineCrew Open(Loss loss, ModelTensors tensors, OptimizerSpec spec, Optimizer optimizer, int batch) => Crew = new PipelineCrew(
        layout ??= surroundings.Cuts is { } cuts ? Fixed(cuts) : Cut(spec, batch), optimizer,
        chosen => new UnitStages(loss, parallel, tensors, optimizer, chosen, batch), surroundings, OpenFill)
    {
        Review = Review,
    };

    public PipelineBatch RoomForBatch(int batch) => new(
        batch, parallel.MicroBatches, checked((int)graph.Inputs[0].Shape.Size), checked((int)graph.ShapeOf(graph.Outputs[0]).Size), targetSize);

    /// <summary>Lets what waits for gaps pass, as the trial is to stop.</summary>
    public void Release() => Crew?.Fill?.Release();

    private PipelineFill? OpenFill(PipelineWatch watch, long bytes) => parallel.Fill is { } spec && surroundings.Place is { } place
        ? new PipelineFill(place, spec, trial, bytes, watch, surroundings) { Tell = Tell, IsStopping = () => Stop.IsCancellationRequested }
        : null;

    private void Tell(string reason) => changes.Add(new PlanChange(Now().Epoch, Now().Step, reason));

    private StageLayout Cut(OptimizerSpec optimizer, int batch)
    {
        var samples = PipelineBatch.MostOf(batch, parallel.MicroBatches);
        var model = ModelCut.Of(parallel, ModelLayers.Measure(graph, optimizer, samples, NodeCosts.LongEnough));
        control = new CutControl(model);
        var predicted = model.Stages.Predicted;
        Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Describe()}: a batch is expected to take {predicted.Seconds * 1000:0.0#} ms, in which units idle {100 * predicted.BubbleShare:0}% of the time"));
        return LayoutOf(model);
    }

    /// <summary>After each batch.</summary>
    private StageLayout? Review(PipelineWatch watch)
    {
        if (control is null)
            return null;
        // What waits for gaps says nothing of what stages take.
        if (Crew?.Fill?.IsFilling == true)
        {
            control.Restart();
            return null;
        }

        if (control.Observe(() => watch.Times.Costs) is not { } reason)
            return null;
        Tell(reason);
        return layout = LayoutOf(control.Cut);
    }

    private StageLayout LayoutOf(ModelCut model)
    {
        var places = GraphCuts.Places(graph);
        int[] cuts = [.. model.Stages.FirstLayers.Skip(1).Select(first => places[first - 1])];
        return new StageLayout(GraphCuts.Parts(graph, cuts), [.. model.Stages.Units.Take(parallel.Units.Count)], model.Stages.Schedule);
    }

    private StageLayout Fixed(IReadOnlyList<int> cuts) => new(
        GraphCuts.Parts(graph, cuts), [.. Enumerable.Range(0, parallel.Units.Count)],
        Schedule.Of(parallel.Schedule, parallel.Units.Count, parallel.MicroBatches, parallel.Stages / parallel.Units.Count));
}
