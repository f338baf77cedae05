using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Experiments against the quota of their tenant.</summary>
public class QuotaTests
{
    [Fact]
    public async Task A_plan_over_its_quota_is_rejected_before_anything_runs_with_every_resource_named()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 9, "parallel": 3, "cpuTime": "PT2H" }, "limits": { "memory": "1GiB" }, "quota": { "tenant": "team" } }""");
        await QuotaArtifact.WriteAsync(lab.Store, "team", new Quota { Allowed = Allow((Resource.CpuTime, 3600), (Resource.Workers, 8), (Resource.Memory, 2L << 30)) });

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Rejected, 0), (outcome.Status, outcome.Trials));
        Assert.Equal(
            "the quota of tenant 'team' is exceeded: memory asked 3GiB, used 0 MiB, reserved 0 MiB, allowed 2GiB; cpuTime asked 7200 s, used 0 s, reserved 0 s, allowed 3600 s",
            outcome.Reason);
        Assert.Equal((ExperimentStatus.Rejected, outcome.Reason), (result.Status, result.Reason));
        Assert.Empty(lab.Asked);
        Assert.Empty((await lab.Client.LedgerAsync("team")).Running);
    }

    [Fact]
    public async Task Of_fifty_that_race_for_it_exactly_as_many_get_a_share_as_there_are()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 1, "cpuTime": "PT10M" } }""");
        await QuotaArtifact.WriteAsync(lab.Store, "default", new Quota { Allowed = Allow((Resource.Experiments, 7), (Resource.CpuTime, 100_000)) });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lab.RunSlice = async (slice, _) =>
        {
            await held.Task;
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };
        await lab.StartAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => lab.Client.SubmitAsync(lab.Experiment))));
        // Those that were let in run until all others were turned away.
        var ends = ids.Select(id => lab.Client.WaitAsync(id)).ToList();
        while (ends.Count(end => end.IsCompleted) < 43)
            await Task.WhenAny(ends.Where(end => !end.IsCompleted));
        held.SetResult();
        var outcomes = await Task.WhenAll(ends);

        Assert.Equal(7, outcomes.Count(outcome => outcome.Status == ExperimentStatus.Completed));
        Assert.Equal(43, outcomes.Count(outcome => outcome.Status == ExperimentStatus.Rejected));
        var ledger = await lab.Client.LedgerAsync("default");
        Assert.Empty(ledger.Running);
        Assert.Equal(7 * 80m, ledger.Used.Of(Resource.CpuTime));
    }

    [Fact]
    public async Task One_that_is_to_wait_runs_when_another_has_ended()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 1 }, "quota": { "onExceed": "queue" } }""");
        await QuotaArtifact.WriteAsync(lab.Store, "default", new Quota { Allowed = Allow((Resource.Experiments, 1)) });
        var (reached, held) = (Signal(), Signal());
        lab.RunSlice = async (slice, _) =>
        {
            reached.TrySetResult();
            await held.Task;
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };
        await lab.StartAsync();
        var first = await lab.Client.SubmitAsync(lab.Experiment);
        await reached.Task;
        var second = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Queued.Task;

        held.SetResult();

        Assert.Equal(ExperimentStatus.Completed, (await lab.Client.WaitAsync(first)).Status);
        Assert.Equal(ExperimentStatus.Completed, (await lab.Client.WaitAsync(second)).Status);
        var queued = Assert.Single(await lab.EventsAsync(second), happened => happened.Type == ExperimentEventType.ExperimentQueued);
        Assert.Equal("waits: the quota of tenant 'default' is exceeded: experiments asked 1, used 0, reserved 1, allowed 1", queued.Message);
    }

    [Fact]
    public async Task One_that_waits_can_be_cancelled()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 1 }, "quota": { "onExceed": "queue" } }""");
        await QuotaArtifact.WriteAsync(lab.Store, "default", new Quota { Allowed = Allow((Resource.Experiments, 1)) });
        var reached = Signal();
        lab.RunSlice = (slice, stop) =>
        {
            reached.TrySetResult();
            return lab.UntilStoppedAsync(slice, stop);
        };
        await lab.StartAsync();
        await lab.Client.SubmitAsync(lab.Experiment);
        await reached.Task;
        var second = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Queued.Task;

        await lab.Client.CancelAsync(second, "no longer needed");
        var (outcome, _) = await lab.EndAsync(second);

        Assert.Equal((ExperimentStatus.Cancelled, "no longer needed", 0), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Empty((await lab.Client.LedgerAsync("default")).Waiting);
    }

    [Fact]
    public async Task When_the_quota_is_nearly_spent_running_trials_finish_their_rung_and_the_best_is_handed_over()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 50, "parallel": 2, "cpuTime": "PT1000S" }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");
        await QuotaArtifact.WriteAsync(lab.Store, "default", new Quota { Allowed = Allow((Resource.CpuTime, 1000)) });
        lab.RunSlice = async (slice, _) => await Curves.RunAsync(lab.Store, lab.Experiment, slice) with
        {
            Usage = new Usage(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(50 * (slice.ToEpoch - slice.FromEpoch)), 0, slice.ToEpoch - slice.FromEpoch),
        };

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal(ExperimentStatus.QuotaExhausted, outcome.Status);
        Assert.StartsWith("quota: cpuTime is nearly spent: used ", outcome.Reason, StringComparison.Ordinal);
        Assert.NotNull(result.Best);
        var used = (await lab.Client.LedgerAsync("default")).Used.Of(Resource.CpuTime);
        Assert.Equal(100m * lab.Asked.Count, used);
        Assert.InRange(used, 800, 1000);
        Assert.False(await lab.Store.ExistsAsync(ArtifactPaths.Stop(result.Experiment)));
        Assert.All(result.Trials.Where(trial => trial.Status == TrialStatus.Cancelled), trial => Assert.Contains(trial.Epochs, new[] { 2, 4 }));
    }

    [Fact]
    public async Task Crashes_of_hosts_and_workers_charge_every_completed_slice_once()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20261128);
        var charged = new Dictionary<(int, int), decimal>();
        var crashes = 0;
        string? id = null;
        ExperimentOutcome? outcome = null;
        while (outcome is null)
        {
            var lab = new Laboratory(folder, """{ "budget": { "trials": 100, "parallel": 3 }, "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 2 }, "failure": { "retries": 1000 } }""");
            var slicesUntilCrash = crashes < 100 ? random.Next(1, 4) : int.MaxValue;
            var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lab.RunSlice = async (slice, _) =>
            {
                if (Interlocked.Decrement(ref slicesUntilCrash) == 0)
                    crash.TrySetResult();
                bool isLost;
                lock (random)
                    isLost = crashes < 100 && random.Next(3) == 0;
                if (isLost)
                {
                    Interlocked.Increment(ref crashes);
                    return await Curves.LostAsync(slice, epochs: 0);
                }

                var result = await Curves.RunAsync(lab.Store, lab.Experiment, slice) with
                {
                    // Of a slice that runs again after a crash of the host, another usage than the first time.
                    Usage = new Usage(TimeSpan.Zero, TimeSpan.FromSeconds(slice.Trial + 1), 0, slice.ToEpoch - slice.FromEpoch),
                };
                lock (charged)
                    charged[(slice.Trial, slice.Slice)] = slice.Trial + 1;
                return result;
            };
            await lab.OpenAsync(onDisk: true);
            id ??= await lab.Client.SubmitAsync(lab.Experiment);
            lab.Start();
            var ended = lab.Client.WaitAsync(id);
            if (await Task.WhenAny(ended, crash.Task) == ended)
                outcome = await ended;
            else
                crashes++;
            if (outcome is not null)
            {
                var ledger = await lab.Client.LedgerAsync("default");
                Assert.Empty(ledger.Running);
                Assert.Equal(charged.Values.Sum(), ledger.Used.Of(Resource.CpuTime));
            }

            await lab.DisposeAsync();
        }

        Assert.True(crashes >= 100, $"only {crashes} crashes");
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Amounts Allow(params (Resource Resource, decimal Amount)[] allowed) =>
        allowed.Aggregate(Amounts.None, (sum, pair) => sum.With(pair.Resource, pair.Amount));
}
