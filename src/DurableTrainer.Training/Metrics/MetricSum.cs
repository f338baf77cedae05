using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Metrics;

/// <summary>Takes in batch after batch, in 64 bits and in order, so that the same samples give the same metrics to the last bit.</summary>
internal abstract class MetricSum
{
    private double loss;

    protected long Count { get; private set; }

    public static MetricSum Of(LossSpec spec) => spec is CrossEntropySpec ? new ClassificationMetrics() : new RegressionMetrics();

    /// <param name="outputs">What the model gave: <c>[count, outputs]</c>.</param>
    /// <param name="targets"><c>[count]</c></param>
    /// <param name="lossSum">The sum of the samples' losses.</param>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double lossSum)
    {
        loss += lossSum;
        Count += targets.Length;
        Add(outputs, targets);
    }

    /// <summary>
    /// Writes each metric under <c>prefix.name</c>; nothing when there was no sample. A metric other than the loss that is not a finite
    /// number is left out: the loss alone says whether training diverged.
    /// </summary>
    public void Write(string prefix, IDictionary<string, double> metrics)
    {
        if (Count == 0)
            return;
        metrics[$"{prefix}.loss"] = loss / Count;
        foreach (var (name, value) in Others())
        {
            if (double.IsFinite(value))
                metrics[$"{prefix}.{name}"] = value;
        }
    }

    protected abstract void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets);

    /// <summary>Of at least one sample; the loss is not among them.</summary>
    protected abstract IEnumerable<(string Name, double Value)> Others();
}
