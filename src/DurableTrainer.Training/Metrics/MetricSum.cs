using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Metrics;

/// <summary>Takes in batch after batch, in 64 bits and in order, so that the same samples give the same metrics to the last bit.</summary>
internal abstract class MetricSum
{
    private double loss;

    /// <summary>Targets that count.</summary>
    protected long Count { get; private set; }

    /// <param name="spec">The loss that the metrics go with.</param>
    /// <param name="targets">Targets of one sample.</param>
    public static MetricSum Of(LossSpec spec, int targets = 1) => spec switch
    {
        CrossEntropySpec crossEntropy => new ClassificationMetrics(crossEntropy),
        BinaryCrossEntropySpec => new BinaryMetrics(),
        MeanSquaredErrorSpec or HuberSpec => new RegressionMetrics(targets),
        _ => throw new UnreachableException($"No metrics go with {spec.GetType().Name}."),
    };

    /// <param name="outputs">What the model gave: <c>[count, …outputs]</c>.</param>
    /// <param name="targets"><c>[count, targets of a sample]</c></param>
    /// <param name="lossSum">The sum of the losses of the targets that count.</param>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double lossSum)
    {
        loss += lossSum;
        Count += Add(outputs, targets);
    }

    /// <summary>
    /// Writes each metric under <c>prefix.name</c>; nothing when no target counted. A metric other than the loss that is not a finite
    /// number is left out: the loss alone says whether training can go on.
    /// </summary>
    public void Write(string prefix, IDictionary<string, double> metrics)
    {
        if (Count == 0)
            return;
        metrics[$"{prefix}.loss"] = loss / Count;
        foreach (var (name, value) in Others(loss / Count))
        {
            if (double.IsFinite(value))
                metrics[$"{prefix}.{name}"] = value;
        }
    }

    /// <returns>How many of the targets count.</returns>
    protected abstract int Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets);

    /// <summary>Of at least one target that counts; the loss is not among them.</summary>
    /// <param name="meanLoss">The mean of the losses.</param>
    protected abstract IEnumerable<(string Name, double Value)> Others(double meanLoss);
}
