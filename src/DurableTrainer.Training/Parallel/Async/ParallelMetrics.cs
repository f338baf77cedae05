using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>What is reported of learners and their server after an epoch.</summary>
internal static class ParallelMetrics
{
    /// <param name="metrics">Gets them.</param>
    /// <param name="records">The updates of the epoch.</param>
    /// <param name="counts">What became of its pushes.</param>
    public static void Write(IDictionary<string, double> metrics, IReadOnlyList<UpdateRecord> records, UpdateCounts counts)
    {
        metrics["parallel.applied"] = records.Count;
        metrics["parallel.dropped"] = counts.Dropped;
        metrics["parallel.refused"] = counts.Refused;
        metrics["parallel.staleness"] = records.Average(record => (double)record.Staleness);
        metrics["parallel.meanStep"] = records.Average(record => record.Rate);
    }
}
