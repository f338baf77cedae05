using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>When the surroundings fail, the host stops where it is, and goes on from there once they are mended.</summary>
public class HaltTests
{
    private const string Budget = """{ "budget": { "trials": 4 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""";

    [Theory]
    [InlineData("trials/1/trial.json")]
    [InlineData("trials/2/checkpoints/2.safetensors")]
    [InlineData("events.jsonl")]
    [InlineData("model/model.safetensors")]
    [InlineData("result.json")]
    public async Task A_full_disk_halts_it_and_it_ends_the_same_after_another_start(string file)
    {
        await using var unharmed = new Laboratory(changes: Budget);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();
        await using (var first = new Laboratory(folder, Budget)
        {
            Store = new FailingStore(new FolderStore(folder.At("store")), path => path == $"experiments/curve-1/{file}"),
        })
        {
            await first.StartAsync(onDisk: true);
            await first.Client.SubmitAsync(first.Experiment);

            Assert.Equal(StorageFault.Full, (await Assert.ThrowsAsync<StorageException>(() => first.Halted)).Fault);
        }

        await using var second = new Laboratory(folder, Budget);
        await second.StartAsync(onDisk: true);
        await second.EndAsync("curve-1");

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await second.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
        Assert.Equal((await unharmed.EventsAsync("curve-1")).Select(e => e.Id), (await second.EventsAsync("curve-1")).Select(e => e.Id));
    }

    [Fact]
    public async Task A_fault_of_a_worker_halts_it_and_no_trial_is_to_blame()
    {
        using var folder = new TemporaryFolder();
        await using (var first = new Laboratory(folder, Budget))
        {
            first.RunSlice = (slice, _) => slice.Trial == 1 ? throw new WorkerFaultException("The data is gone.") : Curves.RunAsync(first.Store, first.Experiment, slice);
            await first.StartAsync(onDisk: true);
            await first.Client.SubmitAsync(first.Experiment);

            Assert.Equal("The data is gone.", (await Assert.ThrowsAsync<WorkerFaultException>(() => first.Halted)).Message);
        }

        await using var second = new Laboratory(folder, Budget);
        await second.StartAsync(onDisk: true);
        var (outcome, result) = await second.EndAsync("curve-1");

        Assert.Equal(ExperimentStatus.Completed, outcome.Status);
        Assert.DoesNotContain(result.Trials, trial => trial.Status == Tuning.TrialStatus.Failed);
        Assert.Equal(1, second.Asked.First().Trial);
    }

    [Fact]
    public async Task A_restart_in_the_middle_changes_nothing_of_what_is_found()
    {
        await using var unharmed = new Laboratory(changes: Budget);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();

        await using var last = await Restarts.EndAfterAsync(() => new Laboratory(folder, Budget), [0, 1, 2, 3]);

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await last.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
        Assert.Equal((await unharmed.EventsAsync("curve-1")).Select(e => e.Id), (await last.EventsAsync("curve-1")).Select(e => e.Id));
    }
}
