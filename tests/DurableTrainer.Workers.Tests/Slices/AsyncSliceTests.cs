using System.Text;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Parallel.Async;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>Slices of trials whose learners do not wait for each other.</summary>
public sealed class AsyncSliceTests : IDisposable
{
    private const int StepsPerEpoch = 20;

    private static readonly string Log = ArtifactPaths.Updates(Id, 0, 0);

    private readonly DigitsExperiment digits = new(parallel: """{ "mode": "async", "learners": 3, "window": 8 }""");

    [Fact]
    public async Task Every_update_is_logged_and_metrics_say_how_stale_they_were()
    {
        var result = await digits.RunAsync(Slice(0, 0, 3) with { Threads = 3 });

        Assert.Equal((SliceOutcome.Completed, 3, 3L * StepsPerEpoch), (result.Outcome, result.Epoch, result.Step));
        Assert.Equal((StepsPerEpoch, 0, 0), (result.Metrics["parallel.applied"], result.Metrics["parallel.dropped"], result.Metrics["parallel.refused"]));
        Assert.InRange(result.Metrics["parallel.staleness"], 0, StepsPerEpoch);
        var records = (await digits.Store.ReadLinesAsync(Log)).Select(UpdateRecord.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, 3 * StepsPerEpoch).Select(version => (long)version), records.Select(record => record.Version));
        Assert.All(Enumerable.Range(1, 3), epoch => Assert.Equal(
            Enumerable.Range(0, StepsPerEpoch), records.Where(record => record.Epoch == epoch).Select(record => record.Batch).Order()));
    }

    [Fact]
    public async Task A_slice_that_lost_its_checkpoints_becomes_what_it_was()
    {
        var first = await digits.RunAsync(Slice(0, 0, 3) with { Threads = 3 });
        var before = await digits.Store.ReadAsync(first.Checkpoint!);
        var log = await digits.Store.ReadLinesAsync(Log);
        foreach (var path in await digits.Store.ListAsync(ArtifactPaths.Checkpoints(Id, 0)))
            await digits.Store.DeleteAsync(path);

        var again = await digits.RunAsync(Slice(0, 0, 3) with { Threads = 1 });

        Assert.Equal((first.Epoch, first.Step), (again.Epoch, again.Step));
        Assert.Equal(first.Metrics["validation.loss"], again.Metrics["validation.loss"]);
        Assert.Equal(
            (Training.Checkpoints.Checkpoint.Read(before!) with { Async = null, History = [] }).Write(),
            (Training.Checkpoints.Checkpoint.Read((await digits.Store.ReadAsync(again.Checkpoint!))!) with { Async = null, History = [] }).Write());
        Assert.Equal(log, await digits.Store.ReadLinesAsync(Log));
    }

    [Fact]
    public async Task A_damaged_log_is_told_and_nothing_is_trained()
    {
        digits.Write(Log, Encoding.UTF8.GetBytes("{\"version\":1}\n"));

        var failure = await Assert.ThrowsAsync<StorageException>(() => digits.RunAsync(Slice(0, 0, 1)));

        Assert.StartsWith($"The artifact '{Log}' is damaged:", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await digits.CheckpointStepsAsync());
    }

    [Fact]
    public async Task Where_no_learner_can_be_a_process_the_trial_fails_and_says_what_to_choose()
    {
        using var processes = new DigitsExperiment(parallel: """{ "mode": "async", "learnerKind": "processes" }""");

        var result = await processes.RunAsync(Slice(0, 0, 1));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.EndsWith("this worker cannot start processes; choose \"threads\" instead of \"processes\".", result.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => digits.Dispose();
}
