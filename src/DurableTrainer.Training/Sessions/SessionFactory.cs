using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>Makes the session that <c>parallel.mode</c> of a spec asks for.</summary>
public static class SessionFactory
{
    /// <param name="spec">What to train.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which samples to train on and which to validate with.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Number of the trial in the experiment.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="point">The trial's point, for its checkpoints.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <param name="surroundings">What learners that do not wait for each other live in; threads of this process when null.</param>
    /// <param name="pipelines">What pipelines live in; units of this process when null.</param>
    /// <exception cref="ShapeException">A layer cannot work on the shape that reaches it.</exception>
    /// <exception cref="ProcessorException">
    /// The spec asks for what this processor cannot do, or for more memory than any has; that is found before any is taken.
    /// </exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, or an input is not an index that the model looks up.
    /// </exception>
    public static ITrainingSession Create(
        TrainingSpec spec, Dataset dataset, DataSplit split, long seed, int trial, int threads = 1, Point? point = null,
        IProcessorFactory? processors = null, AsyncSurroundings? surroundings = null, PipelineSurroundings? pipelines = null) =>
        spec.Parallel switch
        {
            AsyncParallelSpec => new AsyncSession(spec, dataset, split, seed, trial, threads, point, processors, surroundings),
            DataParallelSpec => new DataSession(spec, dataset, split, seed, trial, threads, point, processors),
            PipelineParallelSpec => new PipelineSession(spec, dataset, split, seed, trial, threads, point, processors, pipelines),
            AutoParallelSpec => new AutoSession(spec, dataset, split, seed, trial, threads, point, processors),
            _ => new TrainingSession(spec, dataset, split, seed, trial, threads, point, processors),
        };
}
