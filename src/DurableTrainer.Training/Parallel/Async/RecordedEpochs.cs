namespace DurableTrainer.Training.Parallel.Async;

/// <summary>The epochs of a log of updates.</summary>
internal sealed class RecordedEpochs
{
    private readonly List<List<UpdateRecord>> runs = [];

    /// <param name="log">In the order in which it was written. An epoch may be there more than once, and not always whole.</param>
    public RecordedEpochs(IEnumerable<UpdateRecord> log)
    {
        foreach (var record in log)
        {
            if (runs.Count == 0 || runs[^1][^1].Epoch != record.Epoch)
                runs.Add([]);
            runs[^1].Add(record);
        }
    }

    public static RecordedEpochs None { get; } = new([]);

    /// <param name="epoch">Of the trial, counted from 1.</param>
    /// <param name="step">Updates that are applied before it.</param>
    /// <param name="batches">Batches that it has.</param>
    /// <returns>Its updates; null when the log does not hold all of them.</returns>
    public IReadOnlyList<UpdateRecord>? Of(int epoch, long step, int batches) =>
        // What was cut off while it was written stands before the attempt that came after it.
        Enumerable.Reverse(runs).Where(run => run[0].Epoch == epoch).Select(run => run.TakeLast(batches).ToList())
            .FirstOrDefault(attempt => IsWhole(attempt, step, batches));

    private static bool IsWhole(List<UpdateRecord> attempt, long step, int batches) =>
        attempt.Count == batches
            && attempt[0].Version == step + 1
            && attempt.Zip(attempt.Skip(1)).All(pair => pair.Second.Version - pair.First.Version is 0 or 1)
            && attempt.Select(record => record.Batch).Order().SequenceEqual(Enumerable.Range(0, batches))
            && attempt.TrueForAll(record => record.Base >= step && record.Base < record.Version);
}
