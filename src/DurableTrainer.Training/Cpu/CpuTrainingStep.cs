using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>A graph compiled together with what it minimises and how its parameters move: all that one step of training computes.</summary>
public sealed class CpuTrainingStep : ITrainingStep
{
    private readonly CpuExecutable executable;
    private readonly Loss loss;
    private readonly GradientClip? clip;

    /// <param name="processor">What computes.</param>
    /// <param name="graph">The model.</param>
    /// <param name="tensors">The graph's parameters and state; the parameters move.</param>
    /// <param name="loss">What is minimised.</param>
    /// <param name="optimizer">How the parameters follow the gradients.</param>
    /// <param name="batch">The most samples that one step brings.</param>
    /// <exception cref="ProcessorException">The graph is too large for this processor.</exception>
    public CpuTrainingStep(CpuProcessor processor, Graph graph, ModelTensors tensors, LossSpec loss, OptimizerSpec optimizer, int batch)
    {
        this.loss = Loss.Of(loss);
        Optimizer = Optimizer.Of(optimizer, tensors, processor.Team);
        clip = optimizer.ClipNorm is { } bound ? new GradientClip(bound, tensors, processor.Team) : null;
        executable = processor.Compile(graph, tensors, batch);
    }

    public int Batch => executable.Batch;

    public Span<float> Input => executable.Input;

    public ReadOnlySpan<float> Output => executable.Output;

    internal Optimizer Optimizer { get; }

    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        executable.Forward(pass);
        var sum = loss.Sum(executable.Output, targets, executable.OutputGradient);
        // The gradients of all parts add up to that of the mean over the batch.
        pass.Part?.Weigh(executable.OutputGradient);
        return sum;
    }

    public double? Backward()
    {
        executable.Backward();
        return Clip();
    }

    public double? Clip() => clip?.Apply();

    public void Move(long step, double rate) => Optimizer.Step(step, rate);
}
