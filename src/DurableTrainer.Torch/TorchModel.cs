using DurableTrainer.Core.Training;
using DurableTrainer.Torch.Optimizers;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Torch;

/// <summary>A model whose training and evaluation share its parameters.</summary>
internal sealed class TorchModel : ICompiledModel, IDisposable
{
    /// <summary>Samples of a batch that is evaluated, at least: what training takes of memory, evaluation may take too.</summary>
    private const int EvaluationBatch = 64;

    private readonly List<IDisposable> owned = [];

    public TorchModel(TorchProcessor processor, Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples)
    {
        try
        {
            ParameterDeclaration[] declarations = [.. graph.Nodes.SelectMany(node => node.Parameters)];
            TorchTensor[] parameters = [.. declarations.Select(declaration => Tensor(declaration, learns: true))];
            TorchTensor[] state = [.. graph.Nodes.SelectMany(node => node.State).Select(declaration => Tensor(declaration, learns: false))];
            (Parameters, State) = (parameters, state);
            Gradients = [.. parameters.Select(parameter => new TorchGradient(processor, parameter))];
            Graph = new TorchGraph(graph, [.. parameters, .. state], processor);
            var learned = declarations.Zip(parameters, (declaration, tensor) => new Learned(tensor, declaration.Decay));
            var rule = TorchOptimizer.Of(optimizer, processor, [.. learned]);
            owned.AddRange(rule.State);
            OptimizerState = rule.State;
            Step = Owned(new TorchTrainingStep(processor, Graph, loss, rule, optimizer.ClipNorm, batch));
            Evaluation = Owned(new TorchEvaluation(processor, Graph, loss, Math.Min(Math.Max(EvaluationBatch, batch), samples)));
        }
        catch
        {
            // Memory can run out in the middle.
            Dispose();
            throw;
        }

        TorchTensor Tensor(ParameterDeclaration declaration, bool learns) =>
            Owned(new TorchTensor(processor, declaration.Name, declaration.Shape, learns));

        T Owned<T>(T disposable)
            where T : IDisposable
        {
            owned.Add(disposable);
            return disposable;
        }
    }

    public IReadOnlyList<IModelTensor> Parameters { get; }

    public IReadOnlyList<IModelTensor> Gradients { get; }

    public IReadOnlyList<IModelTensor> State { get; }

    public IReadOnlyList<IModelTensor> OptimizerState { get; }

    public ITrainingStep Step { get; }

    public IModelPass Evaluation { get; }

    public TorchGraph Graph { get; }

    public void Dispose() => owned.ForEach(one => one.Dispose());
}
