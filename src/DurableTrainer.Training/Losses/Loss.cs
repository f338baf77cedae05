using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Losses;

/// <summary>What training minimises, as a mean over the targets of the batch that count.</summary>
internal abstract class Loss
{
    public static Loss Of(LossSpec spec) => spec switch
    {
        CrossEntropySpec crossEntropy => new CrossEntropy(crossEntropy),
        BinaryCrossEntropySpec => new BinaryCrossEntropy(),
        MeanSquaredErrorSpec => new MeanSquaredError(),
        HuberSpec huber => new Huber(huber),
        _ => throw new UnreachableException($"No loss does {spec.GetType().Name}."),
    };

    /// <summary>How many of the targets count; the mean is over these.</summary>
    public virtual int CountOf(ReadOnlySpan<float> targets) => targets.Length;

    /// <summary>The sum of the losses of the targets that count; 0 when none does.</summary>
    /// <param name="outputs">What the model gave, row by row: <c>[count, …outputs]</c>.</param>
    /// <param name="targets"><c>[count, targets of a sample]</c></param>
    /// <param name="gradient">
    /// Gets the gradient of the mean with respect to the outputs, which is 0 when no target counts; none is taken when empty.
    /// </param>
    public abstract double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient);
}
