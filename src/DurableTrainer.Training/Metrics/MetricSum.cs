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

    /// <summary>Writes each metric under <c>prefix.name</c>; nothing when there was no sample.</summary>
    public void Write(string prefix, IDictionary<string, double> metrics)
    {
        if (Count == 0)
            return;
        metrics[$"{prefix}.loss"] = loss / Count;
        WriteOthers(prefix, metrics);
    }

    protected abstract void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets);

    protected abstract void WriteOthers(string prefix, IDictionary<string, double> metrics);
}
