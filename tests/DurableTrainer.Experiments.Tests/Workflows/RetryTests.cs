using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Where a host is one of several, what failed with its surroundings is tried again until they are mended.</summary>
public class RetryTests
{
    private const string Budget = """{ "budget": { "trials": 4 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""";

    private static readonly FaultPolicy Retry = FaultPolicy.Retry(TimeSpan.FromMilliseconds(1), NullLogger.Instance, TimeProvider.System);

    [Theory]
    [InlineData("trials/1/trial.json")]
    [InlineData("events.jsonl")]
    [InlineData("result.json")]
    public async Task A_disk_that_is_full_for_a_while_changes_nothing(string file)
    {
        await using var unharmed = new Laboratory(changes: Budget);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();
        var failures = 3;
        await using var lab = new Laboratory(folder, Budget)
        {
            Faults = Retry,
            Store = new FailingStore(new FolderStore(folder.At("store")), path => path == $"experiments/curve-1/{file}" && Interlocked.Decrement(ref failures) >= 0),
        };

        await lab.RunAsync();

        Assert.True(failures < 0);
        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await lab.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
        Assert.Equal((await unharmed.EventsAsync("curve-1")).Select(e => e.Id), (await lab.EventsAsync("curve-1")).Select(e => e.Id));
    }

    [Fact]
    public async Task A_fault_of_a_worker_is_no_trial_s()
    {
        await using var lab = new Laboratory(changes: Budget) { Faults = Retry };
        var failures = 2;
        lab.RunSlice = (slice, _) => slice.Trial == 1 && Interlocked.Decrement(ref failures) >= 0
            ? throw new WorkerFaultException("The data is gone.")
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        var (outcome, _) = await lab.RunAsync();

        Assert.Equal(ExperimentStatus.Completed, outcome.Status);
    }
}
