using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Parallel.Data;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel;

public sealed class AutoSessionTests : IDisposable
{
    private readonly ThreadTime time = new();

    [Theory]
    [InlineData(1.0, "data: a step is expected to take 36.0 ms on one processor of 2 threads, and 18.0 ms on units of one thread each")]
    [InlineData(4.0, "single: a step is expected to take 9.0 ms on one processor of 2 threads, and 18.0 ms on units of one thread each")]
    public void The_quicker_one_is_taken_and_the_reason_says_what_was_expected(double scaling, string reason)
    {
        var processors = new TimedProcessors(time) { Seconds = (threads, samples, _) => 1e-3 * samples / (threads == 1 ? 1 : scaling) };
        using var session = New(2, processors);

        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        Assert.Equal(reason, session.Plans[0].Reason);
        Assert.Equal(scaling > 2 ? 1 : 2, session.Plans.Count);
    }

    [Fact]
    public void With_one_thread_nothing_is_probed_and_the_bits_are_those_of_a_single_session()
    {
        using var single = SharedSessions.Single();
        using var session = New(1, new TimedProcessors(time));

        Assert.Equal(single.RunEpoch().Metrics, session.RunEpoch().Metrics);

        Assert.Equal(single.Capture().Write(), session.Capture().Write());
        Assert.Equal("single, as the trial has one thread", Assert.Single(session.Plans).Reason);
    }

    [Fact]
    public void What_was_restored_before_the_choice_goes_on_after_it()
    {
        using var single = SharedSessions.Single();
        single.RunEpoch();
        using var session = New(2, new TimedProcessors(time));

        session.Restore(single.Capture());
        session.RunEpoch();

        Assert.Equal((2, 2 * single.Step), (session.Epoch, session.Step));
        Assert.Equal((1, single.Step), (session.Plans[0].Epoch, session.Plans[0].Step));
    }

    public void Dispose() => time.Dispose();

    private AutoSession New(int threads, TimedProcessors processors) => new(
        SharedSessions.Spec with { Parallel = new AutoParallelSpec() }, Digits.Dataset, Digits.Split, Digits.Seed, SharedSessions.Trial, threads,
        processors: processors, surroundings: new DataSurroundings { Time = time, Rest = _ => { } });
}
