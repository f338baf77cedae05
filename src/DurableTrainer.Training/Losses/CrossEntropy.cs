namespace DurableTrainer.Training.Losses;

/// <summary>
/// −log softmax(logits)[label], with the gradient (softmax(logits) − onehot(label)) / count: logits <c>[count, classes]</c>.
/// </summary>
internal sealed class CrossEntropy : Loss
{
    public override double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        var classes = outputs.Length / targets.Length;
        var sum = 0.0;
        for (var sample = 0; sample < targets.Length; sample++)
        {
            var logits = outputs.Slice(sample * classes, classes);
            var label = (int)targets[sample];
            var largest = Largest(logits);
            var total = 0.0;
            foreach (var logit in logits)
                total += Math.Exp(logit - largest);
            var logTotal = Math.Log(total);
            sum += logTotal - (logits[label] - largest);
            if (gradient.IsEmpty)
                continue;
            var row = gradient.Slice(sample * classes, classes);
            for (var i = 0; i < row.Length; i++)
                row[i] = (float)((Math.Exp(logits[i] - largest) / total - (i == label ? 1 : 0)) / targets.Length);
        }

        return sum;
    }

    /// <summary>NaN when one of them is.</summary>
    private static double Largest(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
            largest = MathF.Max(largest, logit);
        return largest;
    }
}
