using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>A trial that goes on with the model of another one. Trial 2 gives, trial 5 takes.</summary>
public sealed class BranchTests : IDisposable
{
    private const int Giver = 2, Taker = 5;
    private const int StepsBefore = 3 * 20, StepsAfter = 3 * 40;

    /// <summary>The loss falls, so that the first epoch stays the best.</summary>
    private const string FirstIsBest = """{ "metric": "validation.loss", "goal": "maximize" }""";

    private readonly DigitsExperiment digits = new();

    private static SliceRequest Given { get; } = Slice(0, 0, 3) with { Trial = Giver, LeavesMilestone = true };

    /// <summary>Trains with batches of half the size.</summary>
    private static SliceRequest Taken { get; } = Slice(1, 3, 6) with
    {
        Trial = Taker,
        Point = Point(rate: 0.05, batch: 32),
        Branch = 1,
        From = new Milestone(Giver, 3),
    };

    [Theory]
    [InlineData("""{ "metric": "validation.loss" }""")]
    [InlineData(FirstIsBest)]
    public async Task What_was_taken_over_is_the_trials_own_when_the_slice_has_ended(string objective)
    {
        using var both = new DigitsExperiment(objective: objective);
        await both.RunAsync(Given);

        var result = await both.RunAsync(Taken);

        foreach (var path in await both.Store.ListAsync(ArtifactPaths.Trial(Id, Giver)))
            await both.Store.DeleteAsync(path);
        Assert.Equal((6, StepsBefore + StepsAfter), (result.Epoch, result.Step));
        Assert.Equal(ArtifactPaths.Checkpoint(Id, Taker, 1, result.Step), result.Checkpoint);
        var last = Checkpoint.Read((await both.Store.ReadAsync(result.Checkpoint!))!);
        Assert.Equal([20, 40, 60, 100, 140, 180], last.History.Select(epoch => epoch.Step));
        Assert.Equal(Taken.Point, last.Point);
        var best = Checkpoint.Read((await both.Store.ReadAsync(result.Best!.Checkpoint))!);
        Assert.Equal(result.Best.Epoch, best.Epoch);
        Assert.Equal(result.Best.Metrics, best.History[^1].Values);
        var next = await both.RunAsync(Taken with { Slice = 2, FromEpoch = 6, ToEpoch = 7 });
        Assert.Equal((SliceOutcome.Completed, 7), (next.Outcome, next.Epoch));
        Assert.NotNull(await both.Store.ReadAsync(next.Best!.Checkpoint));
    }

    [Theory]
    [InlineData(3, """{ "metric": "validation.loss" }""")]
    [InlineData(4, """{ "metric": "validation.loss" }""")]
    [InlineData(5, """{ "metric": "validation.loss" }""")]
    [InlineData(3, FirstIsBest)]
    [InlineData(4, FirstIsBest)]
    public async Task A_branch_that_is_stopped_goes_on_to_the_same_bytes_even_when_the_giver_is_gone(int epoch, string objective)
    {
        using var whole = new DigitsExperiment(objective: objective);
        using var stopped = new DigitsExperiment(objective: objective);
        await whole.RunAsync(Given);
        await stopped.RunAsync(Given);
        var expected = await whole.RunAsync(Taken);
        using var stop = new CancellationTokenSource();
        if (epoch == 3)
            await stop.CancelAsync();

        for (var time = 0; time < 2; time++)
        {
            var early = await stopped.RunAsync(Taken, report => { if (report.Epoch == epoch) stop.Cancel(); }, stop: stop.Token);
            Assert.Equal((SliceOutcome.Stopped, epoch), (early.Outcome, early.Epoch));
            Assert.NotNull(await stopped.Store.ReadAsync(early.Checkpoint!));
            Assert.NotNull(await stopped.Store.ReadAsync(early.Best!.Checkpoint));
            foreach (var path in await stopped.Store.ListAsync(ArtifactPaths.Milestones(Id, Giver)))
                await stopped.Store.DeleteAsync(path);
        }

        await AssertSameEndAsync(whole, expected, stopped, await stopped.RunAsync(Taken));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task A_branch_whose_worker_is_killed_goes_on_to_the_same_bytes(int epoch, bool savesOnTheWay)
    {
        using var whole = new DigitsExperiment(objective: FirstIsBest);
        using var killed = new DigitsExperiment(objective: FirstIsBest);
        await whole.RunAsync(Given);
        await killed.RunAsync(Given);
        var expected = await whole.RunAsync(Taken);
        var time = new ManualTime();

        await Assert.ThrowsAsync<KilledException>(() => killed.RunAsync(Taken, report =>
        {
            if (report.Epoch == epoch)
                throw new KilledException();
            time.Advance(TimeSpan.FromSeconds(savesOnTheWay ? 6 : 0));
        }, time));

        await AssertSameEndAsync(whole, expected, killed, await killed.RunAsync(Taken));
    }

    [Fact]
    public async Task A_branch_and_late_work_on_the_one_before_it_leave_each_other_alone()
    {
        using var alone = new DigitsExperiment();
        await alone.RunAsync(Given);
        var expected = await alone.RunAsync(Taken);
        var own = Slice(0, 0, 4) with { Trial = Taker };
        await digits.RunAsync(Given);
        var before = await digits.RunAsync(own);
        var time = new ManualTime();

        var result = await digits.RunAsync(Taken, report =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            if (report.Epoch == 5)
                Assert.Equal(before.Checkpoint, digits.RunAsync(own).GetAwaiter().GetResult().Checkpoint);
        }, time);
        var late = await digits.RunAsync(own);

        Assert.Equal((before.Epoch, before.Step, before.Checkpoint), (late.Epoch, late.Step, late.Checkpoint));
        await AssertSameEndAsync(alone, expected, digits, result);
        Assert.Equal(7, (await digits.RunAsync(Taken with { Slice = 2, FromEpoch = 6, ToEpoch = 7 })).Epoch);
    }

    [Fact]
    public async Task A_damaged_checkpoint_of_a_branch_falls_back_within_it()
    {
        await digits.RunAsync(Given);
        var expected = await digits.RunAsync(Taken);
        var good = await digits.Store.ReadAsync(expected.Checkpoint!);
        foreach (var path in await digits.Store.ListAsync(ArtifactPaths.Checkpoints(Id, Taker, 1)))
            digits.Write(path, [1, 2, 3]);

        var result = await digits.RunAsync(Taken);

        Assert.Equal((expected.Step, expected.Best!.Epoch), (result.Step, result.Best!.Epoch));
        Assert.Equal(good, await digits.Store.ReadAsync(result.Checkpoint!));
    }

    [Fact]
    public async Task A_point_at_which_nothing_can_be_trained_leaves_what_was_taken_over()
    {
        await digits.RunAsync(Given);

        var result = await digits.RunAsync(Taken with { Point = Point(kernel: 9) });

        Assert.Equal((SliceOutcome.Failed, 3), (result.Outcome, result.Epoch));
        Assert.NotNull(await digits.Store.ReadAsync(result.Best!.Checkpoint));
    }

    [Fact]
    public async Task A_lineage_is_trained_again_to_the_same_bits()
    {
        await digits.RunAsync(Given);
        var original = await digits.RunAsync(Taken);

        await digits.RunAsync(Slice(0, 0, 3) with { RandomTrial = Giver });
        var again = await digits.RunAsync(
            Slice(1, 3, 6) with { RandomTrial = Taker, Point = Taken.Point, PointFromEpoch = 3 });

        Assert.Equal(original.Metrics, again.Metrics);
        Assert.Equal(await digits.Store.ReadAsync(original.Checkpoint!), await digits.Store.ReadAsync(again.Checkpoint!));
    }

    [Fact]
    public async Task Epochs_of_another_point_are_not_trained_again_with_this_one()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        digits.Write((await digits.RunAsync(Slice(1, 2, 3))).Checkpoint!, [1]);

        var fault = await Assert.ThrowsAsync<CheckpointException>(
            () => digits.RunAsync(Slice(2, 3, 4) with { Point = Point(rate: 0.2), PointFromEpoch = 3 }));

        Assert.StartsWith(
            "Trial 0 cannot go on: it has no good checkpoint since epoch 3, and before that it was trained with other values. trial 0: the checkpoint '",
            fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => digits.Dispose();

    /// <summary>Both ended with the same files, and whatever else both have is the same too.</summary>
    private static async Task AssertSameEndAsync(DigitsExperiment whole, SliceResult expected, DigitsExperiment cut, SliceResult result)
    {
        Assert.Equal((expected.Outcome, expected.Epoch, expected.Step, expected.Checkpoint), (result.Outcome, result.Epoch, result.Step, result.Checkpoint));
        Assert.Equal((expected.Best!.Epoch, expected.Best.Checkpoint), (result.Best!.Epoch, result.Best.Checkpoint));
        Assert.Equal(expected.Metrics, result.Metrics);
        var (files, others) = (await whole.FilesAsync(Taker), await cut.FilesAsync(Taker));
        foreach (var path in files.Keys.Where(path => ArtifactPaths.CheckpointStep(path) is not null))
            Assert.Equal(files[path], others[path]);
    }

    private sealed class KilledException : Exception;
}
