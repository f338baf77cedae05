using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Sessions;

/// <summary>A session's model compiled for a number of threads: what computes, and with it what the optimizer carries.</summary>
internal sealed class SessionProgram : IDisposable
{
    private readonly CpuProcessor processor;

    public SessionProgram(TrainingSpec spec, Graph graph, ModelTensors tensors, Dataset dataset, int batchSize, int threads)
    {
        Threads = threads;
        processor = new CpuProcessor(threads);
        try
        {
            Step = new TrainingStep(processor, graph, tensors, spec.Loss, spec.Optimizer, batchSize);
            Evaluation = new Evaluation(processor, graph, tensors, spec.Loss, dataset);
        }
        catch
        {
            // What kernels work with can still be too much; then nobody else ends the processor's threads.
            processor.Dispose();
            throw;
        }

        Batch = new SampleBatch(dataset, Step.Executable);
        Tensors = new SessionTensors(tensors, Step.Optimizer);
    }

    public int Threads { get; }

    public TrainingStep Step { get; }

    public Evaluation Evaluation { get; }

    public SampleBatch Batch { get; }

    public SessionTensors Tensors { get; }

    public void Dispose() => processor.Dispose();
}
