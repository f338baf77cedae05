using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Parallel.Data.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Forecasts;
using DurableTrainer.Training.Processors;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>How quick the units of a trial are expected to be, by a probe on this machine that takes a second or two.</summary>
/// <param name="Point">Of the trial: the first that the tuner would try.</param>
/// <param name="Mode">By which it is trained.</param>
/// <param name="Processors">That this machine has.</param>
public sealed record ParallelForecast(Point Point, string Mode, int Processors)
{
    /// <summary>Of units that share batches; null where none do, or nothing could be found.</summary>
    public DataForecast? Data { get; init; }

    /// <summary>Of units that have parts of the model; null where none do, or nothing could be found.</summary>
    public PipelineForecast? Pipeline { get; init; }

    /// <summary>Why nothing could be found; null when it was.</summary>
    public string? Problem { get; init; }

    /// <returns>Null where one processor trains, or learners that do not wait for each other.</returns>
    internal static ParallelForecast? Of(ExperimentSpec spec, DataSource data, Point point)
    {
        var training = spec.Training.Bind(point);
        if (training.Parallel is not (DataParallelSpec or AutoParallelSpec or PipelineParallelSpec))
            return null;
        var forecast = new ParallelForecast(point, training.Parallel.Mode, Environment.ProcessorCount);
        var samples = DataSplit.Of(data.Samples, training.Data.Split, spec.Seed).Train.Length;
        try
        {
            forecast = training.Parallel switch
            {
                PipelineParallelSpec pipeline => forecast with { Pipeline = PipelineForecast.Of(training, pipeline, data.SampleShape, data.Targets, samples) },
                DataParallelSpec units => forecast with { Data = DataForecast.Of(training, units, data.SampleShape, data.Targets, samples) },
                _ => forecast with { Data = DataForecast.Of(training, OneForEachProcessor, data.SampleShape, data.Targets, samples) },
            };
            return forecast is { Data: null, Pipeline: null }
                ? forecast with { Problem = "a step of this model takes too long to try it out here" }
                : forecast;
        }
        catch (ProcessorException exception)
        {
            // What the worker would say of it.
            return forecast with { Problem = exception.Message };
        }
    }

    private static DataParallelSpec OneForEachProcessor =>
        new() { Units = [.. Enumerable.Repeat(new UnitSpec(), Math.Clamp(Environment.ProcessorCount, 1, DataParallelSpec.MostUnits))] };
}
