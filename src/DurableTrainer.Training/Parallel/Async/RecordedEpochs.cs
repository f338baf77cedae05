namespace DurableTrainer.Training.Parallel.Async;

/// <summary>The epochs of a log of updates.</summary>
internal sealed class RecordedEpochs
{
    private readonly Dictionary<(int Epoch, long Start), List<UpdateRecord>> attempts = [];

    /// <param name="log">In the order in which it was written. An epoch may be there more than once, and not always whole.</param>
    public RecordedEpochs(IEnumerable<UpdateRecord> log)
    {
        List<UpdateRecord> current = [];
        foreach (var record in log)
        {
            var goesOn = current.Count > 0 && current[^1].Epoch == record.Epoch && record.Version - current[^1].Version is 0 or 1;
            if (!goesOn)
                attempts[(record.Epoch, record.Version - 1)] = current = [];
            current.Add(record);
        }
    }

    public static RecordedEpochs None { get; } = new([]);

    /// <param name="epoch">Of the trial, counted from 1.</param>
    /// <param name="step">Updates that are applied before it.</param>
    /// <param name="batches">Batches that it has.</param>
    /// <returns>Its updates; null when the log does not hold all of them.</returns>
    public IReadOnlyList<UpdateRecord>? Of(int epoch, long step, int batches) =>
        attempts.TryGetValue((epoch, step), out var records) && records.Count == batches
            && records.Select(record => record.Batch).Order().SequenceEqual(Enumerable.Range(0, batches))
            && records.TrueForAll(record => record.Base >= step && record.Base < record.Version)
            ? records
            : null;
}
