using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Forecasts;

/// <summary>What a pipeline is expected to do with a batch, by a probe of the model's layers on this machine; and what it would do with other micro-batches.</summary>
public sealed record PipelineForecast
{
    /// <summary>Micro-batches of the table, as far as a batch has samples for them.</summary>
    private static readonly int[] Counts = [1, 2, 4, 8, 16];

    /// <summary>Samples of a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Samples of a micro-batch at most.</summary>
    public required int Samples { get; init; }

    /// <summary>Whether the spec has another trial in the gaps.</summary>
    public required bool IsFilled { get; init; }

    /// <summary>Those with the first stages first.</summary>
    public required IReadOnlyList<PipelineUnitForecast> Units { get; init; }

    /// <summary>With the micro-batches of the spec.</summary>
    public required BatchForecast Expected { get; init; }

    /// <summary>With 1, 2, 4, 8 and 16 micro-batches, each measured and cut for itself; without those that would take too long to try out.</summary>
    public required IReadOnlyList<MicroBatchForecast> MicroBatches { get; init; }

    /// <summary>An iteration; with another trial in its gaps where the spec has them filled.</summary>
    public required PipelineTimeline Timeline { get; init; }

    /// <param name="spec">What to train.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <param name="targets">Of one sample.</param>
    /// <param name="samples">That are trained on.</param>
    /// <returns>Null when a probe of the model would take too long.</returns>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">The model cannot be cut into so many stages, or the units may not take the memory for any cut.</exception>
    public static PipelineForecast? Of(TrainingSpec spec, PipelineParallelSpec parallel, IReadOnlyList<int> sampleShape, int targets, int samples)
    {
        var graph = GraphBuilder.Build(spec.Model, sampleShape, spec.Loss, targets);
        PipelineFit.Require(parallel, graph);
        return Of(parallel, Math.Min(spec.BatchSize, samples), new LayerProbe(graph, spec.Optimizer).Measure, IdlePriority.IsSupported);
    }

    /// <param name="parallel">The units.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="layersOf">What layers take for a micro-batch of so many samples; null when that would take too long to try out.</param>
    /// <param name="fillersYield">Whether a trial that fills leaves its processor in the middle of a layer when a gap ends.</param>
    internal static PipelineForecast? Of(PipelineParallelSpec parallel, int batch, Func<int, IReadOnlyList<LayerCost>?> layersOf, bool fillersYield)
    {
        // Of a batch with fewer samples than there are micro-batches the last ones are empty.
        parallel = parallel with { MicroBatches = Math.Min(parallel.MicroBatches, batch) };
        if (SimulatedPipeline.Of(parallel, batch, layersOf, fillersYield) is not { } pipeline)
            return null;
        return new PipelineForecast
        {
            Batch = batch,
            Samples = PipelineBatch.MostOf(batch, parallel.MicroBatches),
            IsFilled = parallel.Fill is not null,
            Units = pipeline.Units,
            Expected = pipeline.Batch,
            MicroBatches = [.. Counts.Where(count => count <= batch).Select(With).OfType<MicroBatchForecast>()],
            Timeline = pipeline.Timeline(),
        };

        MicroBatchForecast? With(int count)
        {
            var samples = PipelineBatch.MostOf(batch, count);
            try
            {
                return SimulatedPipeline.Of(parallel with { MicroBatches = count }, batch, layersOf, fillersYield) is { } other
                    ? new MicroBatchForecast(count, samples, other.Batch)
                    : null;
            }
            catch (ProcessorException exception)
            {
                // Larger micro-batches take more memory.
                return new MicroBatchForecast(count, samples, Expected: null, exception.Message);
            }
        }
    }
}
