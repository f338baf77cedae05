namespace DurableTrainer.Training.Metrics;

/// <summary>
/// mae: the mean of |prediction − target|; rmse: the root of the mean of its square; r2: 1 − the sum of its squares over that of
/// target − mean target, 0 when all targets are equal.
/// </summary>
internal sealed class RegressionMetrics : MetricSum
{
    private double absolute;
    private double squares;
    private long seen;
    private double mean;
    private double deviations;

    protected override void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        for (var sample = 0; sample < targets.Length; sample++)
        {
            double target = targets[sample], difference = outputs[sample] - target;
            absolute += Math.Abs(difference);
            squares += difference * difference;

            // Welford 1962: the sum of squared deviations without the cancellation of Σx² − (Σx)²/n.
            var before = target - mean;
            mean += before / ++seen;
            deviations += before * (target - mean);
        }
    }

    protected override void WriteOthers(string prefix, IDictionary<string, double> metrics)
    {
        metrics[$"{prefix}.mae"] = absolute / Count;
        metrics[$"{prefix}.rmse"] = Math.Sqrt(squares / Count);
        metrics[$"{prefix}.r2"] = deviations > 0 ? 1 - squares / deviations : 0;
    }
}
