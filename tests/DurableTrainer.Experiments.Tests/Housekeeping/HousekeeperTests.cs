using DurableTrainer.Engine.Tests;
using DurableTrainer.Experiments.Housekeeping;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Housekeeping;

/// <summary>What is held or kept of experiments that are no more.</summary>
public class HousekeeperTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task What_is_held_for_an_experiment_that_was_terminated_is_given_back_once()
    {
        await using var lab = await RunningAsync();
        Assert.Equal(["curve-1"], (await lab.Client.LedgerAsync("default")).Running.Select(holding => holding.Experiment));
        var housekeeper = Of(lab);
        Assert.Empty(await housekeeper.SettleAsync());

        await lab.Durable.TerminateAsync("curve-1", "by hand");
        Assert.Equal(["curve-1"], await housekeeper.SettleAsync());
        await lab.Durable.WaitAsync(WorkflowNames.DismissalInstance("curve-1"));

        Assert.Empty((await lab.Client.LedgerAsync("default")).Running);
        Assert.Empty(await housekeeper.SettleAsync());
    }

    [Fact]
    public async Task Hosts_that_settle_at_once_give_back_once()
    {
        await using var lab = await RunningAsync();
        await lab.Durable.TerminateAsync("curve-1", "by hand");

        var settled = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Of(lab).SettleAsync())));
        await lab.Durable.WaitAsync(WorkflowNames.DismissalInstance("curve-1"));

        Assert.InRange(settled.Sum(ids => ids.Count), 1, 8);
        Assert.Empty((await lab.Client.LedgerAsync("default")).Running);
    }

    [Fact]
    public async Task One_that_was_settled_and_resumed_is_let_in_again_and_can_be_settled_again()
    {
        await using var lab = await RunningAsync();
        var housekeeper = Of(lab);
        for (var i = 0; i < 2; i++)
        {
            await lab.Durable.TerminateAsync("curve-1", "by hand");
            Assert.Equal(["curve-1"], await housekeeper.SettleAsync());
            await lab.Durable.WaitAsync(WorkflowNames.DismissalInstance("curve-1"));
            await lab.Client.ResumeAsync("curve-1");
            while ((await lab.Client.LedgerAsync("default")).Running.Count == 0)
                await Task.Yield();
        }
    }

    [Fact]
    public async Task The_workflow_of_one_that_ended_long_ago_is_forgotten_and_its_artifacts_stay()
    {
        await using var lab = new Laboratory { Time = time };
        await lab.RunAsync();
        var housekeeper = Of(lab);

        time.Advance(Housekeeper.KeptFor);
        Assert.Empty(await housekeeper.PurgeAsync());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["curve-1"], await housekeeper.PurgeAsync());

        Assert.Null(await lab.Durable.GetAsync("curve-1"));
        Assert.Null(await lab.Durable.GetAsync(WorkflowNames.TrialInstance("curve-1", 0)));
        Assert.True(await lab.Store.ExistsAsync(ArtifactPaths.Result("curve-1")));
        Assert.Empty(await housekeeper.PurgeAsync());
        // It does not begin again, either.
        await Assert.ThrowsAsync<DurableTrainer.Durable.InstanceNotFoundException>(() => lab.Client.ResumeAsync("curve-1"));
    }

    [Fact]
    public async Task One_that_broke_before_it_had_a_result_can_still_be_resumed_after_any_time()
    {
        await using var lab = await RunningAsync();
        await lab.Durable.TerminateAsync("curve-1", "by hand");

        time.Advance(2 * Housekeeper.KeptFor);
        Assert.Empty(await Of(lab).PurgeAsync());

        await lab.Client.ResumeAsync("curve-1");
    }

    private Housekeeper Of(Laboratory lab) => new(lab.Durable, lab.Store, time);

    /// <summary>An experiment in the middle of its first slices.</summary>
    private async Task<Laboratory> RunningAsync()
    {
        var lab = new Laboratory { Time = time };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lab.RunSlice = async (slice, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };
        await lab.StartAsync();
        await lab.Client.SubmitAsync(lab.Experiment);
        await begun.Task;
        return lab;
    }
}
