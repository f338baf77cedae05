namespace DurableTrainer.Training.Metrics;

/// <summary>
/// A logit above 0 says yes, and so does a target of at least ½. accuracy: the share of targets where both say the same. f1:
/// 2·hits/(yes of logits + yes of targets), over all targets together; 0 when nothing says yes.
/// </summary>
internal sealed class BinaryMetrics : MetricSum
{
    private long correct, hits, predicted, actual;

    protected override int Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            var (prediction, target) = (outputs[i] > 0, targets[i] >= 0.5f);
            correct += prediction == target ? 1 : 0;
            hits += prediction && target ? 1 : 0;
            predicted += prediction ? 1 : 0;
            actual += target ? 1 : 0;
        }

        return targets.Length;
    }

    protected override IEnumerable<(string Name, double Value)> Others(double meanLoss) =>
    [
        ("accuracy", (double)correct / Count),
        ("f1", predicted + actual == 0 ? 0 : 2.0 * hits / (predicted + actual)),
    ];
}
