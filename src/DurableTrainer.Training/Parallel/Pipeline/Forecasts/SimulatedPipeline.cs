using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Forecasts;

/// <summary>An iteration of a pipeline, simulated alone and with a trial of the same model in its gaps.</summary>
/// <param name="Model">With the iteration alone.</param>
/// <param name="Fill">What the other trial brings.</param>
internal sealed record SimulatedPipeline(ModelCut Model, FillPlan Fill)
{
    /// <summary>Passes of an iteration, beyond which it takes too long to foretell what fills its gaps.</summary>
    private const int MostPasses = 1024;

    /// <param name="parallel">The units.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="layersOf">What layers take for a micro-batch of so many samples; null when that would take too long to try out.</param>
    /// <param name="fillersYield">Whether a trial that fills leaves its processor in the middle of a layer when a gap ends.</param>
    /// <returns>Null when trying it out would take too long.</returns>
    /// <exception cref="ProcessorException">There are fewer layers than stages, or the units may not take the memory for any cut.</exception>
    public static SimulatedPipeline? Of(PipelineParallelSpec parallel, int batch, Func<int, IReadOnlyList<LayerCost>?> layersOf, bool fillersYield)
    {
        var samples = PipelineBatch.MostOf(batch, parallel.MicroBatches);
        if (layersOf(samples) is not { } layers)
            return null;
        var model = ModelCut.Of(parallel, layers);
        return new SimulatedPipeline(model, Filled(model, samples, fillersYield));
    }

    public BatchForecast Batch => new(
        Model.Stages.Predicted.Seconds, Model.Stages.Predicted.BubbleShare, SecondsOfOneUnit / Model.Stages.Predicted.Seconds,
        new FillForecast(Fill.Gain, Fill.Bound, Fill.Refusal));

    public IReadOnlyList<PipelineUnitForecast> Units => [.. Enumerable.Range(0, Model.Stages.Schedule.Units).Select(unit => new PipelineUnitForecast(
        Model.Stages.Units[unit],
        [.. Model.StageNames.Where((_, stage) => Model.Stages.Schedule.UnitOf(stage) == unit)],
        Model.Stages.Predicted.Gaps(unit).Sum(gap => gap.Seconds),
        Model.Stages.PeakBytes[unit]))];

    /// <summary>Of trial 0; with trial 1 in its gaps where the spec has them filled.</summary>
    public PipelineTimeline Timeline()
    {
        var alone = Foretelling.Of(
            trial: 0, Model.Stages.Schedule, Model.Stages.Predicted, [.. Model.Stages.Units.Take(Model.Stages.Schedule.Units).Select(unit => $"unit {unit}")]);
        return Model.Parallel.Fill is null || Fill.Refusal is not null ? alone : Foretelling.With(alone, Fill, trial: 1, iteration: 1);
    }

    /// <summary>The quickest of the units, with all stages one after the other.</summary>
    private double SecondsOfOneUnit =>
        Model.Stages.Schedule.MicroBatches * Model.Layers.Sum(layer => layer.Forward + layer.BackwardInputs + layer.BackwardWeights)
        / Model.Parallel.Units.Max(unit => unit.DutyCycle);

    private static FillPlan Filled(ModelCut model, int samples, bool fillersYield)
    {
        var main = new MainInstance(model.Stages.Predicted, Between: 0, model.Stages.PeakBytes.Sum());
        return model.Stages.Predicted.Units.Sum(passes => passes.Count) > MostPasses
            ? new FillPlan { Refusal = "an iteration has too many passes to try out what fits between them", Bound = FillPlanner.BoundOf(main) }
            : FillPlanner.Plan(
                main, [SameModelFiller.Of(model, samples, fillersYield)], fillersYield ? 0 : FillControl.FirstGuard.TotalSeconds,
                main.PeakBytes + model.Parallel.Fill?.Memory?.Bytes);
    }
}
