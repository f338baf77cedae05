using DurableTrainer.Training.Parallel.Async;

namespace DurableTrainer.Cli.Tests.Learners;

/// <summary>What the log of the updates of a trial must say, however often somebody was killed while it was written.</summary>
internal static class LoggedUpdates
{
    /// <summary>Every batch of every epoch is there once, in the order of versions; what was cut off while it was written stands before.</summary>
    public static void AssertOnce(IReadOnlyList<UpdateRecord> log, int epochs, int batches)
    {
        Assert.Equal(Enumerable.Range(1, epochs), log.Select(record => record.Epoch).Distinct());
        foreach (var epoch in log.GroupBy(record => record.Epoch))
        {
            var whole = epoch.TakeLast(batches).ToList();
            Assert.Equal(Enumerable.Range(0, batches), whole.Select(record => record.Batch).Order());
            Assert.Equal(Enumerable.Range(1, batches).Select(update => (epoch.Key - 1L) * batches + update), whole.Select(record => record.Version));
            Assert.InRange(epoch.Count(), batches, 2 * batches - 1);
        }
    }
}
