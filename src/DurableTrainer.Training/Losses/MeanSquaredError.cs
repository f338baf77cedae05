namespace DurableTrainer.Training.Losses;

/// <summary>(prediction − target)², with the gradient 2 (prediction − target) / count: predictions <c>[count, 1]</c>.</summary>
internal sealed class MeanSquaredError : Loss
{
    public override double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        var sum = 0.0;
        for (var sample = 0; sample < targets.Length; sample++)
        {
            var difference = (double)outputs[sample] - targets[sample];
            sum += difference * difference;
            if (!gradient.IsEmpty)
                gradient[sample] = (float)(2 * difference / targets.Length);
        }

        return sum;
    }
}
