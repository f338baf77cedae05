using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>A processor whose models are trained by the units of a pipeline, and evaluated whole.</summary>
internal sealed class PipelineProcessor(int threads, PipelinePlan plan) : IProcessor
{
    private readonly CpuProcessor whole = new(threads);
    private PipelineModel? model;

    public int Threads => whole.Threads;

    public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples) =>
        model = new PipelineModel(whole, plan, graph, Loss.Of(loss), optimizer, batch, samples);

    public void Dispose()
    {
        model?.Dispose();
        whole.Dispose();
    }

    private sealed class PipelineModel : ICompiledModel, IDisposable
    {
        private readonly ModelTensors tensors;
        private readonly Optimizer optimizer;
        private readonly PipelineStep step;

        public PipelineModel(CpuProcessor whole, PipelinePlan plan, Graph graph, Loss loss, OptimizerSpec optimizer, int batch, int samples)
        {
            tensors = new ModelTensors(graph);
            this.optimizer = Optimizer.Of(optimizer, tensors);
            step = new PipelineStep(
                () => plan.Open(loss, tensors, optimizer, this.optimizer, batch), plan.RoomForBatch(batch), loss,
                optimizer.ClipNorm is { } bound ? new GradientClip(bound, tensors, whole.Team) : null);
            Evaluation = new PipelineEvaluation(
                whole.Compile(graph, tensors, Math.Min(CpuModel.EvaluationBatch, samples), CompileOptions.Inference), loss, () => step.Gate);
        }

        public IReadOnlyList<IModelTensor> Parameters => tensors.Parameters;

        public IReadOnlyList<IModelTensor> Gradients => [.. tensors.Parameters.Select(parameter => new GradientTensor(parameter))];

        public IReadOnlyList<IModelTensor> State => tensors.State;

        public IReadOnlyList<IModelTensor> OptimizerState => optimizer.State;

        public ITrainingStep Step => step;

        public IModelPass Evaluation { get; }

        public void Dispose() => step.Dispose();
    }
}

/// <summary>Makes such processors. How the model is cut stays, whatever becomes of the threads that it is evaluated with.</summary>
internal sealed class PipelineProcessorFactory(PipelinePlan plan) : IProcessorFactory
{
    public long? PeakMemoryBytes => null;

    public bool ShareBatches => false;

    public IProcessor Create(int threads) => new PipelineProcessor(threads, plan);
}
