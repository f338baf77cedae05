using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Losses;

/// <summary>
/// −Σ qᵢ log softmax(logits)ᵢ, where q is ε/classes for every class, and 1 − ε more for the label's. As in PyTorch, the mean is over the
/// labels that are not ignored. Logits <c>[labels, classes]</c>.
/// </summary>
internal sealed class CrossEntropy(CrossEntropySpec spec) : Loss
{
    public override int CountOf(ReadOnlySpan<float> targets) =>
        spec.IgnoreIndex is { } ignored ? targets.Length - targets.Count(ignored) : targets.Length;

    public override double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        var classes = outputs.Length / targets.Length;
        var scale = 1.0 / CountOf(targets);
        var sum = 0.0;
        for (var row = 0; row < targets.Length; row++)
        {
            var to = gradient.IsEmpty ? [] : gradient.Slice(row * classes, classes);
            if (targets[row] == spec.IgnoreIndex)
                to.Clear();
            else
                sum += Logits.CrossEntropy(outputs.Slice(row * classes, classes), (int)targets[row], spec.LabelSmoothing, to, scale);
        }

        return sum;
    }
}
