using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Parallel.Data.Simulation;
using DurableTrainer.Training.Processors;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>How quick the units that share the batches of a trial are expected to be, by a probe on this machine that takes about a second.</summary>
/// <param name="Point">Of the trial: the first that the tuner would try.</param>
/// <param name="Mode">By which it is trained.</param>
/// <param name="Processors">That this machine has.</param>
/// <param name="Data">What was found; null when it could not be.</param>
/// <param name="Problem">Why not.</param>
public sealed record ParallelForecast(Point Point, string Mode, int Processors, DataForecast? Data, string? Problem = null)
{
    /// <returns>Null where no batches are shared.</returns>
    internal static ParallelForecast? Of(ExperimentSpec spec, DataSource data, Point point)
    {
        var training = spec.Training.Bind(point);
        var parallel = training.Parallel switch
        {
            DataParallelSpec units => units,
            AutoParallelSpec => new DataParallelSpec { Units = [.. Enumerable.Repeat(new UnitSpec(), Math.Clamp(Environment.ProcessorCount, 1, DataParallelSpec.MostUnits))] },
            _ => null,
        };
        if (parallel is null)
            return null;
        var forecast = new ParallelForecast(point, training.Parallel.Mode, Environment.ProcessorCount, null);
        try
        {
            var samples = DataSplit.Of(data.Samples, training.Data.Split, spec.Seed).Train.Length;
            return DataForecast.Of(training, parallel, data.SampleShape, data.Targets, samples) is { } found
                ? forecast with { Data = found }
                : forecast with { Problem = "a step of this model takes too long to try it out here" };
        }
        catch (ProcessorException exception)
        {
            // What the worker would say of it.
            return forecast with { Problem = exception.Message };
        }
    }
}
