using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

public sealed class MilestoneTests : IDisposable
{
    /// <summary>The loss falls, so that the first epoch stays the best.</summary>
    private readonly DigitsExperiment digits = new(objective: """{ "metric": "validation.loss", "goal": "maximize" }""");

    private static SliceRequest Given { get; } = Slice(0, 0, 3) with { LeavesMilestone = true };

    private static SliceRequest Taken { get; } = Slice(1, 3, 6) with { Trial = 1, Branch = 1, From = new Milestone(0, 3) };

    [Fact]
    public async Task A_milestone_is_what_the_trial_was_with_the_best_until_then_beside_it()
    {
        var result = await digits.RunAsync(Given);
        var files = await digits.FilesAsync();

        Assert.Equal(files[result.Checkpoint!], files[ArtifactPaths.Milestone(Id, 0, 3)]);
        Assert.Equal(files[result.Best!.Checkpoint], files[ArtifactPaths.MilestoneBest(Id, 0, 3)]);
        await digits.RunAsync(Given);
        Assert.Equal(files, await digits.FilesAsync());
    }

    [Fact]
    public async Task A_milestone_stays_when_its_trial_goes_on()
    {
        await digits.RunAsync(Given);
        var milestone = await digits.Store.ReadAsync(ArtifactPaths.Milestone(Id, 0, 3));

        await digits.RunAsync(Slice(1, 3, 6));

        Assert.Equal(milestone, await digits.Store.ReadAsync(ArtifactPaths.Milestone(Id, 0, 3)));
    }

    [Fact]
    public async Task A_trial_that_is_its_own_best_leaves_one_file()
    {
        await digits.RunAsync(Slice(0, 0, 1) with { LeavesMilestone = true });

        Assert.Equal([ArtifactPaths.Milestone(Id, 0, 1)], await digits.Store.ListAsync(ArtifactPaths.Milestones(Id, 0)));
    }

    [Fact]
    public async Task A_slice_that_does_not_come_to_its_end_leaves_none()
    {
        await digits.RunAsync(Given, stop: new CancellationToken(canceled: true));
        using var early = new DigitsExperiment(objective: """{ "metric": "validation.loss", "target": 100 }""");
        Assert.Equal(1, (await early.RunAsync(Given)).Epoch);

        Assert.Empty(await digits.Store.ListAsync(ArtifactPaths.Milestones(Id, 0)));
        Assert.Empty(await early.Store.ListAsync(ArtifactPaths.Milestones(Id, 0)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_milestone_that_is_gone_or_damaged_is_a_fault_that_names_it(bool best, bool damaged)
    {
        await digits.RunAsync(Given);
        var path = best ? ArtifactPaths.MilestoneBest(Id, 0, 3) : ArtifactPaths.Milestone(Id, 0, 3);
        if (damaged)
            digits.Write(path, (await digits.Store.ReadAsync(path))![..1000]);
        else
            await digits.Store.DeleteAsync(path);

        var fault = await Assert.ThrowsAsync<CheckpointException>(() => digits.RunAsync(Taken));

        Assert.StartsWith(
            $"The model of trial 0 after epoch 3 cannot be taken over: '{path}' is {(damaged ? "damaged: " : "gone.")}", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await digits.FilesAsync(trial: 1));
        // Who stops does not need it.
        digits.Write(ArtifactPaths.Stop(Id), []);
        Assert.Equal(SliceOutcome.Stopped, (await digits.RunAsync(Taken)).Outcome);
    }

    [Fact]
    public async Task An_experiment_that_is_stopped_keeps_what_a_trial_was_about_to_take_over()
    {
        await digits.RunAsync(Given);
        digits.Write(ArtifactPaths.Stop(Id), []);

        var result = await digits.RunAsync(Taken);

        Assert.Equal((SliceOutcome.Stopped, 3, 1), (result.Outcome, result.Epoch, result.Best!.Epoch));
        Assert.NotNull(await digits.Store.ReadAsync(result.Checkpoint!));
        Assert.NotNull(await digits.Store.ReadAsync(result.Best.Checkpoint));
    }

    public void Dispose() => digits.Dispose();
}
