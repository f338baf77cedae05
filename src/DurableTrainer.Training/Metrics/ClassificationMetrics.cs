using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Metrics;

/// <summary>
/// accuracy: the share of labels whose logit is the largest; of equal ones the first counts. topKAccuracy: the share of those whose
/// logit is among the k largest. f1: the mean of 2·hits/(predictions + labels) over the classes that are predicted or labelled at least
/// once (macro F1 as in scikit-learn). perplexity: the exponential of the mean loss, or the largest number where that is beyond it.
/// Labels that are ignored count in none.
/// </summary>
internal sealed class ClassificationMetrics(CrossEntropySpec spec) : MetricSum
{
    private long correct;
    private long amongLargest;
    private long[] predictions = [], labels = [], hits = [];

    protected override int Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        var classes = outputs.Length / targets.Length;
        if (hits.Length < classes)
            (predictions, labels, hits) = (new long[classes], new long[classes], new long[classes]);
        var count = 0;
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] == spec.IgnoreIndex)
                continue;
            count++;
            var logits = outputs.Slice(row * classes, classes);
            var (label, prediction) = ((int)targets[row], Logits.IndexOfLargest(logits));
            labels[label]++;
            predictions[prediction]++;
            if (label == prediction)
            {
                correct++;
                hits[label]++;
            }

            if (spec.TopK is { } k && Logits.Rank(logits, label) < k)
                amongLargest++;
        }

        return count;
    }

    protected override IEnumerable<(string Name, double Value)> Others(double meanLoss)
    {
        yield return ("accuracy", (double)correct / Count);
        yield return ("f1", MacroF1());
        yield return ("perplexity", Math.Min(double.MaxValue, Math.Exp(meanLoss)));
        if (spec.TopKMetric is { } name)
            yield return (name, (double)amongLargest / Count);
    }

    private double MacroF1()
    {
        var (sum, seen) = (0.0, 0);
        for (var i = 0; i < hits.Length; i++)
        {
            if (predictions[i] + labels[i] == 0)
                continue;
            sum += 2.0 * hits[i] / (predictions[i] + labels[i]);
            seen++;
        }

        return sum / seen;
    }
}
