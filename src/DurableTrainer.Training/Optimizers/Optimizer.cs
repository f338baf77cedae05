using System.Diagnostics;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>Moves parameters against their gradients.</summary>
internal abstract class Optimizer
{
    private readonly List<OptimizerTensor> state = [];

    /// <summary>What it carries from step to step: <c>layers.3.weight/momentum</c>.</summary>
    public IReadOnlyList<OptimizerTensor> State => state;

    public static Optimizer Of(OptimizerSpec spec, ModelTensors tensors) => spec switch
    {
        SgdSpec sgd => new Sgd(sgd, tensors.Parameters),
        AdamWSpec adamW => new AdamW(adamW, tensors.Parameters),
        _ => throw new UnreachableException($"No optimizer does {spec.GetType().Name}."),
    };

    /// <summary>How many tensors of a parameter's shape it carries for each.</summary>
    public static int StatesOf(OptimizerSpec spec) => spec switch
    {
        SgdSpec { Momentum: 0 } => 0,
        SgdSpec => 1,
        AdamWSpec => 2,
        _ => throw new UnreachableException($"No optimizer does {spec.GetType().Name}."),
    };

    /// <summary>Moves every parameter.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    public abstract void Step(long step);

    protected TensorBuffer[] Zeros(string name, IReadOnlyList<ModelTensor> parameters)
    {
        OptimizerTensor[] tensors = [.. parameters.Select(parameter =>
            new OptimizerTensor($"{parameter.Name}/{name}", parameter, new TensorBuffer(parameter.Shape.Size)))];
        state.AddRange(tensors);
        return [.. tensors.Select(tensor => tensor.Buffer)];
    }
}

/// <param name="Name">The parameter's path and the state's name.</param>
/// <param name="Parameter">Whose shape it has.</param>
/// <param name="Buffer">Zeros before the first step.</param>
internal sealed record OptimizerTensor(string Name, ModelTensor Parameter, TensorBuffer Buffer);
