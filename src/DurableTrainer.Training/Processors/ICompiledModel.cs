namespace DurableTrainer.Training.Processors;

/// <summary>A model on a processor, together with what it minimises and how its parameters move.</summary>
public interface ICompiledModel
{
    /// <summary>What the optimizer changes, in the order of the graph.</summary>
    IReadOnlyList<IModelTensor> Parameters { get; }

    /// <summary>
    /// The gradients of the parameters, in their order: what the last way back gave, and what the next move follows. They may be written
    /// between the two, and instead of a way back.
    /// </summary>
    IReadOnlyList<IModelTensor> Gradients { get; }

    /// <summary>What operations carry from step to step, in the order of the graph.</summary>
    IReadOnlyList<IModelTensor> State { get; }

    /// <summary>What the optimizer carries from step to step, named after its parameter: <c>layers.3.weight/momentum</c>.</summary>
    IReadOnlyList<IModelTensor> OptimizerState { get; }

    /// <summary>Moves the parameters.</summary>
    ITrainingStep Step { get; }

    /// <summary>Measures the model as it is, in batches that suit the processor.</summary>
    IModelPass Evaluation { get; }
}
