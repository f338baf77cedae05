namespace DurableTrainer.Training.Losses;

/// <summary>A loss of each output by itself against a target of its own: outputs and targets <c>[count, k]</c>.</summary>
internal abstract class PointLoss : Loss
{
    public sealed override double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < targets.Length; i++)
        {
            var (value, slope) = At(outputs[i], targets[i]);
            sum += value;
            if (!gradient.IsEmpty)
                gradient[i] = (float)(slope / targets.Length);
        }

        return sum;
    }

    /// <summary>The loss of one output, and its derivative by it.</summary>
    protected abstract (double Value, double Slope) At(double output, double target);
}
