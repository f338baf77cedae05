namespace DurableTrainer.Training.Metrics;

/// <summary>
/// mae: the mean of |prediction − target|; rmse: the root of the mean of its square; r2: 1 − the sum of its squares over that of
/// target − mean target; when all targets are equal, 1 if every prediction is exact and 0 otherwise, as in scikit-learn.
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

    protected override IEnumerable<(string Name, double Value)> Others() =>
    [
        ("mae", absolute / Count),
        ("rmse", Math.Sqrt(squares / Count)),
        ("r2", deviations > 0 ? 1 - squares / deviations : squares == 0 ? 1 : 0),
    ];
}
