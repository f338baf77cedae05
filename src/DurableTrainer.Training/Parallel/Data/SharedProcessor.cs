using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data;

/// <summary>A processor on which the model is kept, moved and evaluated, while units compute its gradients.</summary>
internal sealed class SharedProcessor(IProcessor processor, UnitSharing sharing) : IProcessor
{
    public int Threads => processor.Threads;

    public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples) =>
        new SharedModel(processor.Compile(graph, loss, optimizer, batch, samples), sharing);

    public void Dispose() => processor.Dispose();

    private sealed class SharedModel(ICompiledModel model, UnitSharing sharing) : ICompiledModel
    {
        public IReadOnlyList<IModelTensor> Parameters => model.Parameters;

        public IReadOnlyList<IModelTensor> Gradients => model.Gradients;

        public IReadOnlyList<IModelTensor> State => model.State;

        public IReadOnlyList<IModelTensor> OptimizerState => model.OptimizerState;

        public ITrainingStep Step { get; } = new SharedStep(model, sharing);

        public IModelPass Evaluation => model.Evaluation;
    }
}

/// <summary>Makes such processors. The units stay, whatever becomes of the threads that the model is evaluated with.</summary>
internal sealed class SharedProcessorFactory(IProcessorFactory processors, UnitSharing sharing) : IProcessorFactory
{
    public long? PeakMemoryBytes => processors.PeakMemoryBytes;

    public bool ShareBatches => false;

    public IProcessor Create(int threads) => new SharedProcessor(processors.Create(threads), sharing);
}
