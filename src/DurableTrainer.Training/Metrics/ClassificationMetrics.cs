namespace DurableTrainer.Training.Metrics;

/// <summary>accuracy: the share of samples whose largest logit is their label's; of equal ones the first counts.</summary>
internal sealed class ClassificationMetrics : MetricSum
{
    private long correct;

    protected override void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        var classes = outputs.Length / targets.Length;
        for (var sample = 0; sample < targets.Length; sample++)
        {
            if (IndexOfLargest(outputs.Slice(sample * classes, classes)) == (int)targets[sample])
                correct++;
        }
    }

    protected override IEnumerable<(string Name, double Value)> Others() => [("accuracy", (double)correct / Count)];

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}
