using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Virtual;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>What was written down of a run gives its weights again.</summary>
public class ReplayTests
{
    public static TheoryData<StalenessContext> Contexts =>
        [StalenessContext.Mean, StalenessContext.Current, StalenessContext.None, StalenessContext.Synchronous];

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Updates_of_threads_replay_to_the_same_bits(StalenessContext context)
    {
        var parallel = new AsyncParallelSpec { Learners = 4, Context = context };
        using var session = Learners.InThreads(parallel);
        var log = Run(session, epochs: 3);
        using var replayed = Learners.InThreads(parallel);

        replayed.Recall(log.Select(UpdateRecord.Parse));

        AssertSame(session, replayed);
    }

    [Fact]
    public void Updates_of_learners_that_come_and_go_replay_to_the_same_bits()
    {
        var parallel = new AsyncParallelSpec { Learners = 8 };
        var setting = new VirtualSetting(new BurstyDurations(0.3, 8, 4), Seed: 2) { Membership = [(0, 3), (20, 8), (60, 5)] };
        using var session = Learners.InVirtualTime(parallel, setting);
        var log = Run(session, epochs: 3);
        using var replayed = Learners.InThreads(parallel with { Learners = 2 }, threads: 2);

        replayed.Recall(log.Select(UpdateRecord.Parse));

        AssertSame(session, replayed);
    }

    [Fact]
    public void From_a_checkpoint_only_what_came_after_it_is_replayed()
    {
        var parallel = new AsyncParallelSpec { Learners = 4 };
        using var session = Learners.InThreads(parallel);
        var log = Run(session, epochs: 1);
        var saved = session.Capture();
        log.AddRange(Run(session, epochs: 2));
        using var resumed = Learners.InThreads(parallel);

        resumed.Restore(saved);
        resumed.Recall(log.Select(UpdateRecord.Parse));

        AssertSame(session, resumed);
    }

    [Fact]
    public void An_epoch_that_was_cut_off_in_the_log_is_trained_anew()
    {
        var parallel = new AsyncParallelSpec { Learners = 4 };
        using var session = Learners.InVirtualTime(parallel);
        var log = Run(session, epochs: 1);
        using var resumed = Learners.InVirtualTime(parallel, new VirtualSetting(new LogNormalDurations(1), Seed: 9));

        resumed.Recall(log.SkipLast(1).Select(UpdateRecord.Parse));
        resumed.RunEpoch();

        Assert.Equal(session.Step, resumed.Step);
        Assert.NotEqual(session.Records, resumed.Records);
    }

    [Theory]
    [InlineData(StalenessContext.Mean)]
    [InlineData(StalenessContext.Synchronous)]
    public void However_much_of_an_attempt_was_written_before_a_crash_the_one_after_it_replays(StalenessContext context)
    {
        var parallel = new AsyncParallelSpec { Learners = 3, Context = context };
        using var cut = Learners.InVirtualTime(parallel, new VirtualSetting(new LogNormalDurations(1), Seed: 9));
        using var session = Learners.InVirtualTime(parallel);
        var (torn, log) = (Run(cut, epochs: 1), Run(session, epochs: 1));
        for (var lines = 0; lines < torn.Count; lines++)
        {
            var recorded = new RecordedEpochs(torn.Take(lines).Concat(log).Select(UpdateRecord.Parse));

            Assert.Equal(session.Records, recorded.Of(1, 0, log.Count));
        }
    }

    private static List<string> Run(AsyncSession session, int epochs)
    {
        var log = new List<string>();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);
            log.AddRange(session.Records.Select(record => record.ToLine()));
        }

        return log;
    }

    private static void AssertSame(AsyncSession expected, AsyncSession replayed)
    {
        while (replayed.Epoch < expected.Epoch)
            replayed.RunEpoch();
        Assert.Equal(
            (expected.Capture() with { Async = null }).Write(), (replayed.Capture() with { Async = null }).Write());
    }
}
