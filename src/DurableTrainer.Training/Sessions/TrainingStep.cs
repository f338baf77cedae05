using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;

namespace DurableTrainer.Training.Sessions;

/// <summary>
/// A graph compiled together with what it minimises and how its parameters move: all that one step of training computes. The samples go
/// into <see cref="CpuExecutable.Input"/> of <see cref="Executable"/> before it.
/// </summary>
public sealed class TrainingStep
{
    private readonly Loss loss;
    private readonly GradientClip? clip;

    /// <param name="processor">What computes.</param>
    /// <param name="graph">The model.</param>
    /// <param name="tensors">The graph's parameters and state; the parameters move.</param>
    /// <param name="loss">What is minimised.</param>
    /// <param name="optimizer">How the parameters follow the gradients.</param>
    /// <param name="batch">The most samples that one step brings.</param>
    /// <exception cref="ProcessorException">The graph is too large for this processor.</exception>
    public TrainingStep(CpuProcessor processor, Graph graph, ModelTensors tensors, LossSpec loss, OptimizerSpec optimizer, int batch)
    {
        this.loss = Loss.Of(loss);
        Optimizer = Optimizer.Of(optimizer, tensors, processor.Team);
        clip = optimizer.ClipNorm is { } bound ? new GradientClip(bound, tensors, processor.Team) : null;
        Executable = processor.Compile(graph, tensors, batch);
    }

    public CpuExecutable Executable { get; }

    internal Optimizer Optimizer { get; }

    /// <summary>Forward, and from what comes out to its gradient. Only a sum that is finite can be learned from.</summary>
    /// <param name="pass">How many samples lie in the input, and for which step.</param>
    /// <param name="targets">Of these samples: <c>[count]</c>.</param>
    /// <returns>The sum of the samples' losses.</returns>
    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        Executable.Forward(pass);
        return loss.Sum(Executable.Output, targets, Executable.OutputGradient);
    }

    /// <summary>All gradients, clipped where the optimizer says so.</summary>
    /// <returns>Their norm before it was clipped; null where it is not.</returns>
    public double? Backward()
    {
        Executable.Backward();
        return clip?.Apply();
    }

    /// <summary>Moves every parameter against its gradient.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    /// <param name="rate">The learning rate of this step.</param>
    public void Move(long step, double rate) => Optimizer.Step(step, rate);
}
