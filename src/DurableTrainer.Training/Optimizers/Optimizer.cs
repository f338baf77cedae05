using System.Diagnostics;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Optimizers;

/// <summary>Moves parameters against their gradients.</summary>
internal abstract class Optimizer
{
    private readonly List<OptimizerTensor> state = [];
    private readonly ParameterParts parts;
    private readonly Action<int, int> move;

    protected Optimizer(ParameterParts parts)
    {
        this.parts = parts;
        move = (number, _) =>
        {
            var part = parts[number];
            Move(part.Parameter, part.Start, part.End);
        };
    }

    /// <summary>What it carries from step to step: <c>layers.3.weight/momentum</c>.</summary>
    public IReadOnlyList<OptimizerTensor> State => state;

    protected IReadOnlyList<ModelTensor> Parameters => parts.Parameters;

    /// <param name="spec">Which one, with its settings.</param>
    /// <param name="tensors">Has the parameters that it moves.</param>
    /// <param name="team">Shares out the work where there is enough; null for the calling thread alone.</param>
    public static Optimizer Of(OptimizerSpec spec, ModelTensors tensors, ThreadTeam? team = null)
    {
        var parts = new ParameterParts(tensors.Parameters, team);
        return spec switch
        {
            SgdSpec sgd => new Sgd(sgd, parts),
            AdamWSpec adamW => new AdamW(adamW, parts),
            RmsPropSpec rmsProp => new RmsProp(rmsProp, parts),
            LionSpec lion => new Lion(lion, parts),
            _ => throw new UnreachableException($"No optimizer does {spec.GetType().Name}."),
        };
    }

    /// <summary>How many tensors of a parameter's shape it carries for each.</summary>
    public static int StatesOf(OptimizerSpec spec) => spec switch
    {
        SgdSpec { Momentum: 0 } => 0,
        SgdSpec or LionSpec => 1,
        AdamWSpec => 2,
        RmsPropSpec rmsProp => 1 + (rmsProp.Centered ? 1 : 0) + (rmsProp.Momentum == 0 ? 0 : 1),
        _ => throw new UnreachableException($"No optimizer does {spec.GetType().Name}."),
    };

    /// <summary>Moves every parameter.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    /// <param name="learningRate">That of this step.</param>
    public void Step(long step, double learningRate)
    {
        Prepare(step, learningRate);
        parts.ForEach(move);
        for (var i = 0; i < Parameters.Count; i++)
            Parameters[i].Changed();
    }

    /// <summary>Begins a step whose parameters are moved one by one, by whichever thread.</summary>
    /// <inheritdoc cref="Step"/>
    public void Begin(long step, double learningRate) => Prepare(step, learningRate);

    /// <summary>Moves one of the parameters of a step that was begun.</summary>
    public void MoveOne(int parameter)
    {
        Move(parameter, 0, Parameters[parameter].Buffer.Length);
        Parameters[parameter].Changed();
    }

    /// <summary>Comes before the moves of a step.</summary>
    protected abstract void Prepare(long step, double learningRate);

    /// <summary>Moves the values of a parameter from start, which is a multiple of 16, to end.</summary>
    protected abstract void Move(int parameter, int start, int end);

    protected TensorBuffer[] Zeros(string name)
    {
        OptimizerTensor[] tensors = [.. Parameters.Select(parameter =>
            new OptimizerTensor($"{parameter.Name}/{name}", parameter, new TensorBuffer(parameter.Shape.Size)))];
        state.AddRange(tensors);
        return [.. tensors.Select(tensor => tensor.Buffer)];
    }
}

/// <param name="Name">The parameter's path and the state's name.</param>
/// <param name="Parameter">Whose shape it has.</param>
/// <param name="Buffer">Zeros before the first step.</param>
internal sealed record OptimizerTensor(string Name, ModelTensor Parameter, TensorBuffer Buffer) : IModelTensor
{
    public Shape Shape => Parameter.Shape;

    public void CopyTo(Span<float> values) => Buffer.Span.CopyTo(values);

    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Buffer.Length)
            throw new ArgumentException($"{Name} has {Buffer.Length} values, not {values.Length}.", nameof(values));
        values.CopyTo(Buffer.Span);
    }
}
