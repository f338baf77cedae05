using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>A model whose training and evaluation share its parameters.</summary>
internal sealed class CpuModel : ICompiledModel
{
    /// <summary>Samples of a batch that is evaluated: enough to fill the kernels, few enough for their values to stay in a cache.</summary>
    public const int EvaluationBatch = 64;

    private readonly ModelTensors tensors;
    private readonly CpuTrainingStep step;

    public CpuModel(CpuProcessor processor, Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples)
    {
        tensors = new ModelTensors(graph);
        step = new CpuTrainingStep(processor, graph, tensors, loss, optimizer, batch);
        var executable = processor.Compile(graph, tensors, Math.Min(EvaluationBatch, samples), CompileOptions.Inference);
        Evaluation = new CpuEvaluation(executable, Loss.Of(loss));
    }

    public IReadOnlyList<IModelTensor> Parameters => tensors.Parameters;

    public IReadOnlyList<IModelTensor> Gradients => [.. tensors.Parameters.Select(parameter => new GradientTensor(parameter))];

    public IReadOnlyList<IModelTensor> State => tensors.State;

    public IReadOnlyList<IModelTensor> OptimizerState => step.Optimizer.State;

    public ITrainingStep Step => step;

    public IModelPass Evaluation { get; }
}
