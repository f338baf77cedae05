using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Losses;

/// <summary>What training minimises, as a mean over the batch.</summary>
internal abstract class Loss
{
    public static Loss Of(LossSpec spec) => spec switch
    {
        CrossEntropySpec => new CrossEntropy(),
        MeanSquaredErrorSpec => new MeanSquaredError(),
        _ => throw new UnreachableException($"No loss does {spec.GetType().Name}."),
    };

    /// <summary>The sum of the samples' losses.</summary>
    /// <param name="outputs">What the model gave: <c>[count, outputs]</c>.</param>
    /// <param name="targets"><c>[count]</c></param>
    /// <param name="gradient">Gets the gradient of the mean with respect to the outputs; none is taken when empty.</param>
    public abstract double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient);
}
