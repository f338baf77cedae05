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

    private static FaultPolicy WaitForSpace(Action<Exception> told) =>
        FaultPolicy.WaitForSpace(told, TimeSpan.FromMilliseconds(1), TimeProvider.System, FaultPolicy.Halt(fault => Assert.Fail($"Halted: {fault.Message}")));

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

    [Theory]
    [InlineData("trials/1/trial.json")]
    [InlineData("result.json")]
    public async Task Where_only_space_is_waited_for_a_full_disk_changes_nothing(string file)
    {
        await using var unharmed = new Laboratory(changes: Budget);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();
        var (failures, told) = (3, 0);
        await using var lab = new Laboratory(folder, Budget)
        {
            Faults = WaitForSpace(_ => told++),
            Store = new FailingStore(new FolderStore(folder.At("store")), path => path == $"experiments/curve-1/{file}" && Interlocked.Decrement(ref failures) >= 0),
        };
        // A worker's disk may be full as well.
        var workerFailures = 2;
        lab.RunSlice = (slice, _) => slice.Trial == 2 && Interlocked.Decrement(ref workerFailures) >= 0
            ? throw new WorkerFaultException("The disk is full.", isFull: true)
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        await lab.RunAsync();

        Assert.Equal(5, told);
        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await lab.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }

    [Fact]
    public async Task Where_only_space_is_waited_for_anything_else_halts()
    {
        Exception? halted = null;
        var policy = FaultPolicy.WaitForSpace(_ => Assert.Fail("Nothing is full."), TimeSpan.Zero, TimeProvider.System, FaultPolicy.Halt(fault => halted = fault));
        var gone = new StorageException(StorageFault.Missing, "The folder is gone.");

        await Assert.ThrowsAsync<OperationCanceledException>(() => policy.HandleAsync("RunSlice", gone, default));

        Assert.Same(gone, halted);
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
