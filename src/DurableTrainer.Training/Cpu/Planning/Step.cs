using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Operations;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>One operation on the way forward.</summary>
/// <param name="Node">What the graph says; null for what the plan itself inserts.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Output">What it makes.</param>
/// <param name="IsAlias">Whether the output is the input's memory under another shape, so that there is nothing to do.</param>
/// <param name="SharesGradient">Whether the gradient of each input is that of the output.</param>
internal sealed record Step(Node? Node, CpuValue[] Inputs, CpuValue Output, bool IsAlias, bool SharesGradient)
{
    public Placement? Place { get; set; }

    public CpuOperation? Operation { get; set; }
}

/// <summary>One operation on the way back, or the sum of the shares of a value's gradient.</summary>
/// <param name="Operation">What to run.</param>
/// <param name="Step">Whose way back it is; null for a sum.</param>
/// <param name="Read">Gradients that it reads.</param>
/// <param name="Written">Gradients that it writes.</param>
internal sealed record BackStep(CpuOperation Operation, Step? Step, TensorBuffer[] Read, TensorBuffer[] Written)
{
    public static BackStep Of(Step step) => new(
        step.Operation!,
        step,
        step.SharesGradient && step.Node is not { Parameters.Count: > 0 } ? [] : [step.Output.Gradient!],
        step.SharesGradient ? [] : [.. step.Place!.InputGradients.OfType<TensorBuffer>()]);

    public static BackStep Sum(CpuValue value, CpuGradientSum sum) => new(sum, null, [.. value.Shares], [value.Gradient!]);
}
