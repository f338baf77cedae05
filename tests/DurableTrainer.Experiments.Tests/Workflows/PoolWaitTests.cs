using DurableTrainer.Engine.Tests;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Pools that other processes serve, with workers and without.</summary>
public class PoolWaitTests
{
    private const string OnGpus = """{ "budget": { "trials": 2 }, "quota": { "pool": "gpu" } }""";

    [Fact]
    public async Task Slices_of_such_a_pool_come_to_the_same_as_those_of_the_host_s_own()
    {
        await using var own = new Laboratory("""{ "budget": { "trials": 2 } }""");
        await using var other = new Laboratory(OnGpus);

        var expected = (await own.RunAsync()).Result;
        var (outcome, result) = await other.RunAsync();

        Assert.Equal(ExperimentStatus.Completed, outcome.Status);
        Assert.Equal(expected.Best!.Value, result.Best!.Value);
    }

    [Fact]
    public async Task A_slice_that_no_worker_takes_fails_its_trial_after_a_day_and_says_why()
    {
        var time = new ManualTime();
        await using var lab = new Laboratory(OnGpus) { Time = time };
        var asked = new SemaphoreSlim(0);
        lab.RunSlice = async (_, stop) =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, stop);
            throw new InvalidOperationException("It is never reached.");
        };
        await lab.StartAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await asked.WaitAsync();
        await time.UntilAwaitedAsync(PoolCalls.Patience);

        time.Advance(PoolCalls.Patience - TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(await lab.EventsAsync(id), e => e.Type == ExperimentEventType.TrialEnded);
        time.Advance(TimeSpan.FromMinutes(2));
        await asked.WaitAsync();
        await time.UntilAwaitedAsync(PoolCalls.Patience);
        time.Advance(PoolCalls.Patience);

        await lab.EndAsync(id);
        var ends = (await lab.EventsAsync(id)).Where(e => e.Type == ExperimentEventType.TrialEnded).ToList();
        Assert.Equal(["failed", "failed"], ends.Select(e => e.Status));
        Assert.All(ends, e => Assert.Equal(
            "no worker of pool 'gpu' has answered within 24 hours: see whether one runs and can reach its storage", e.Message));
    }
}
