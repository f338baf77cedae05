using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests;

public sealed class WorkerProgramTests : IDisposable
{
    private readonly DigitsExperiment digits = new();

    [Fact]
    public async Task It_greets_and_ends_when_its_input_ends()
    {
        using var worker = new TalkingWorker(digits);

        Assert.Equal(new ReadyMessage(ReadyMessage.Current), await worker.HearAsync());
        Assert.False(worker.Exit.IsCompleted);
        worker.Hush();

        Assert.Equal(0, await worker.Exit);
    }

    [Fact]
    public async Task It_runs_slices_one_after_the_other_and_reports_each_epoch_before_the_result()
    {
        using var worker = new TalkingWorker(digits);
        await worker.HearAsync<ReadyMessage>();

        worker.Tell(new RunSliceMessage(Slice(0, 0, 2), "an even share"));
        worker.Tell(new RunSliceMessage(Slice(1, 2, 3), "an even share"));

        Assert.Equal(1, Assert.IsType<EpochMessage>(await worker.HearAsync()).Report.Epoch);
        Assert.Equal(2, Assert.IsType<EpochMessage>(await worker.HearAsync()).Report.Epoch);
        Assert.Equal(2, Assert.IsType<SliceMessage>(await worker.HearAsync()).Result.Epoch);
        Assert.Equal(3, Assert.IsType<EpochMessage>(await worker.HearAsync()).Report.Epoch);
        var last = Assert.IsType<SliceMessage>(await worker.HearAsync()).Result;
        worker.Tell(new EvaluateMessage(new EvaluationRequest { Experiment = Id, Trial = 0, Point = Point(), Checkpoint = last.Checkpoint! }));
        Assert.Contains("test.loss", Assert.IsType<EvaluationMessage>(await worker.HearAsync()).Metrics.Keys);
    }

    [Fact]
    public async Task It_answers_a_fault_and_serves_on_once_that_is_mended()
    {
        using var worker = new TalkingWorker(digits);
        await worker.HearAsync<ReadyMessage>();
        var aside = digits.DataFile + ".aside";
        File.Move(digits.DataFile, aside);

        worker.Tell(new RunSliceMessage(Slice(0, 0, 1), "an even share"));
        Assert.Contains("optdigits.csv.gz", Assert.IsType<FaultMessage>(await worker.HearAsync()).Message, StringComparison.Ordinal);
        File.Move(aside, digits.DataFile);
        worker.Tell(new RunSliceMessage(Slice(0, 0, 1), "an even share"));

        Assert.Equal(1, (await worker.HearAsync<SliceMessage>()).Result.Epoch);
    }

    [Fact]
    public async Task A_stop_ends_the_running_slice_and_no_other()
    {
        using var worker = new TalkingWorker(digits);
        worker.Tell(new StopMessage());
        worker.Tell(new RunSliceMessage(Slice(0, 0, 100_000), "an even share"));
        await worker.HearAsync<EpochMessage>();
        worker.Tell(new StopMessage());

        var stopped = (await worker.HearAsync<SliceMessage>()).Result;
        worker.Tell(new RunSliceMessage(Slice(0, 0, stopped.Epoch + 2), "an even share"));

        Assert.Equal(SliceOutcome.Stopped, stopped.Outcome);
        Assert.NotNull(stopped.Checkpoint);
        Assert.Equal((SliceOutcome.Completed, stopped.Epoch + 2), await worker.HearAsync<SliceMessage>() is { Result: var next } ? (next.Outcome, next.Epoch) : default);
    }

    [Fact]
    public async Task A_stop_that_follows_on_the_heels_of_its_slice_is_not_lost()
    {
        for (var round = 0; round < 20; round++)
        {
            using var worker = new TalkingWorker(digits);
            worker.Tell(new RunSliceMessage(Slice(0, 0, 100_000), "an even share"));
            worker.Tell(new StopMessage());

            Assert.Equal(SliceOutcome.Stopped, (await worker.HearAsync<SliceMessage>()).Result.Outcome);
        }
    }

    [Fact]
    public async Task A_grant_is_for_the_slice_that_was_told_last_and_for_no_other()
    {
        using var worker = new TalkingWorker(digits);
        worker.Tell(new RunSliceMessage(Slice(0, 0, 20), "an even share"));
        worker.Tell(new RunSliceMessage(Slice(0, 0, 2) with { Trial = 1 }, "an even share"));
        worker.Tell(new GrantMessage(2, "the others ended"));

        var first = (await worker.HearAsync<SliceMessage>()).Result;
        var second = (await worker.HearAsync<SliceMessage>()).Result;

        Assert.Equal([new Grant(0, 1, "an even share")], first.Grants);
        Assert.Equal([new Grant(0, 2, "the others ended")], second.Grants);
    }

    [Fact]
    public async Task It_gives_signs_of_life_while_nothing_else_is_to_be_said()
    {
        var time = new ManualTime();
        using var worker = new TalkingWorker(digits, time);
        await worker.HearAsync<ReadyMessage>();

        for (var beat = 0; beat < 3; beat++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.IsType<HeartbeatMessage>(await worker.HearAsync());
        }
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{}")]
    public async Task A_line_that_is_not_a_message_ends_it_with_a_word_in_its_log(string line)
    {
        using var worker = new TalkingWorker(digits);

        worker.Tell(line);

        Assert.Equal(2, await worker.Exit);
        Assert.Contains("The host sent a line that is not a message", digits.Log.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => digits.Dispose();
}
