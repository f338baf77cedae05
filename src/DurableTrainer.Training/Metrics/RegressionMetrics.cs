namespace DurableTrainer.Training.Metrics;

/// <summary>
/// mae: the mean of |prediction − target|; rmse: the root of the mean of its square, both over all targets; r2: 1 − the sum of its
/// squares over that of target − mean target; when all targets are equal, 1 if every prediction is exact and 0 otherwise, as in
/// scikit-learn. With several targets a sample, r2 is the mean of what it is for each of them.
/// </summary>
/// <param name="targetsPerSample">Targets of one sample.</param>
internal sealed class RegressionMetrics(int targetsPerSample) : MetricSum
{
    private readonly Explained[] explained = new Explained[targetsPerSample];
    private double absolute;

    protected override int Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            absolute += Math.Abs((double)outputs[i] - targets[i]);
            explained[i % explained.Length].Add(outputs[i], targets[i]);
        }

        return targets.Length;
    }

    protected override IEnumerable<(string Name, double Value)> Others(double meanLoss) =>
    [
        ("mae", absolute / Count),
        ("rmse", Math.Sqrt(explained.Sum(one => one.Squares) / Count)),
        ("r2", explained.Average(one => one.Share)),
    ];

    /// <summary>How much of one target's variance is explained.</summary>
    private struct Explained
    {
        private long seen;
        private double mean;
        private double deviations;

        public double Squares { get; private set; }

        public readonly double Share => deviations > 0 ? 1 - Squares / deviations : Squares == 0 ? 1 : 0;

        public void Add(double prediction, double target)
        {
            Squares += (prediction - target) * (prediction - target);

            // Welford 1962: the sum of squared deviations without the cancellation of Σx² − (Σx)²/n.
            var before = target - mean;
            mean += before / ++seen;
            deviations += before * (target - mean);
        }
    }
}
