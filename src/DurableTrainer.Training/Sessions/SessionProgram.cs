using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>A session's model compiled on a processor, with what brings samples to it.</summary>
internal sealed class SessionProgram : IDisposable
{
    /// <param name="processor">What computes; it ends with the program.</param>
    /// <param name="spec">What to train.</param>
    /// <param name="graph">The model.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">The most samples that one step brings.</param>
    /// <param name="pipeline">Makes training samples ready; it outlives the program. Null where nothing is done to them.</param>
    public SessionProgram(IProcessor processor, TrainingSpec spec, Graph graph, Dataset dataset, int batchSize, InputPipeline? pipeline)
    {
        Processor = processor;
        try
        {
            Model = processor.Compile(graph, spec.Loss, spec.Optimizer, batchSize, dataset.Count);
        }
        catch
        {
            // What it takes can still be too much; then nobody else ends the processor.
            processor.Dispose();
            throw;
        }

        Evaluation = new Evaluation(Model.Evaluation, spec.Loss, dataset);
        Batch = new SampleBatch(dataset, Model.Step, pipeline);
    }

    public IProcessor Processor { get; }

    public ICompiledModel Model { get; }

    public Evaluation Evaluation { get; }

    public SampleBatch Batch { get; }

    public void Dispose() => Processor.Dispose();
}
