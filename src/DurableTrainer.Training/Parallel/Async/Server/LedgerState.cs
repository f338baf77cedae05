namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>What a ledger is between two pushes. What is being computed then is computed again.</summary>
/// <param name="Version">Updates that are applied.</param>
/// <param name="Counts">What became of all pushes.</param>
/// <param name="Done">Batches of the running epoch that are applied.</param>
/// <param name="Quarantined">Learners that may not take part.</param>
/// <param name="Windows">The last stalenesses of those that do, from the oldest to the newest.</param>
internal sealed record LedgerState(
    long Version, UpdateCounts Counts, IReadOnlyList<int> Done, IReadOnlyList<int> Quarantined,
    IReadOnlyDictionary<int, IReadOnlyList<int>> Windows)
{
    /// <summary>Before the first push.</summary>
    public static LedgerState None { get; } = new(0, new UpdateCounts(), [], [], new Dictionary<int, IReadOnlyList<int>>());
}
