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
        Optimizer = Optimizer.Of(optimizer, tensors);
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

    /// <summary>Backward, and moves every parameter.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    public void Update(long step)
    {
        Executable.Backward();
        Optimizer.Step(step);
    }

    /// <summary>Forward alone, as trained models are used.</summary>
    /// <inheritdoc cref="Forward"/>
    public double Evaluate(ReadOnlySpan<float> targets)
    {
        Executable.Forward(Pass.Inference(targets.Length));
        return loss.Sum(Executable.Output, targets, []);
    }
}
