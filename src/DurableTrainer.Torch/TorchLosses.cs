using System.Diagnostics;
using DurableTrainer.Core.Training;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DurableTrainer.Torch;

/// <summary>The losses of a spec: the formulas of PyTorch's of the same names, which are the CPU processor's too.</summary>
internal static class TorchLosses
{
    /// <summary>How many of the targets count; the mean is over these.</summary>
    public static int CountOf(LossSpec spec, ReadOnlySpan<float> targets) =>
        spec is CrossEntropySpec { IgnoreIndex: { } ignored } ? targets.Length - targets.Count(ignored) : targets.Length;

    /// <summary>The sum of the losses of the targets that count, taken in 32 bits each and added up in 64.</summary>
    /// <param name="spec">Which loss.</param>
    /// <param name="outputs">What the model gave: <c>[count, …outputs]</c>.</param>
    /// <param name="targets">One after the other: <c>[count · targets of a sample]</c>.</param>
    public static torch.Tensor Sum(LossSpec spec, torch.Tensor outputs, torch.Tensor targets) =>
        Each(spec, outputs, targets).sum(torch.float64);

    private static torch.Tensor Each(LossSpec spec, torch.Tensor outputs, torch.Tensor targets) => spec switch
    {
        // Without one that is ignored, none of the labels is the default of −100.
        CrossEntropySpec crossEntropy => functional.cross_entropy(
            outputs.reshape(-1, outputs.shape[^1]), targets.to_type(torch.int64), ignore_index: crossEntropy.IgnoreIndex ?? -100,
            reduction: Reduction.None, label_smoothing: crossEntropy.LabelSmoothing),
        BinaryCrossEntropySpec => functional.binary_cross_entropy_with_logits(outputs.reshape(-1), targets, reduction: Reduction.None),
        MeanSquaredErrorSpec => functional.mse_loss(outputs.reshape(-1), targets, Reduction.None),
        HuberSpec huber => functional.huber_loss(outputs.reshape(-1), targets, huber.Delta, Reduction.None),
        _ => throw new UnreachableException($"No loss does {spec.GetType().Name}."),
    };
}
