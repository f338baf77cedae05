using System.Diagnostics;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;
using static DurableTrainer.Workers.Tests.Pool.ShellWorkers;

namespace DurableTrainer.Workers.Tests.Pool;

public sealed class WorkerPoolTests : IDisposable
{
    private static readonly EpochReport Epoch = new(1, 20, DateTimeOffset.UnixEpoch, new Dictionary<string, double> { ["validation.loss"] = 0.7 }, Usage.None);

    private readonly ShellWorkers shell = new();

    [Fact]
    public async Task A_worker_serves_slice_after_slice_with_its_share_of_the_machine()
    {
        await using var pool = shell.Pool($"{Greet}\nwhile read slice; do echo \"$slice\" >> slices\n{Say(new EpochMessage(0, Epoch))}\n{Answer}\ndone");
        var epochs = new List<(int, int)>();
        pool.EpochReported += (slice, report) => epochs.Add((slice.Slice, report.Epoch));

        for (var slice = 0; slice < 3; slice++)
            Assert.Equal(2, (await pool.RunSliceAsync(Slice(slice, 0, 2), default)).Epoch);

        Assert.Single(shell.Starts);
        Assert.Equal([(0, 1), (1, 1), (2, 1)], epochs);
        var asked = (await File.ReadAllLinesAsync(shell.At("slices"))).Select(WireFormat.Read<HostMessage>).Cast<RunSliceMessage>().ToList();
        Assert.Equal([0, 1, 2], asked.Select(message => message.Request.Slice));
        Assert.All(asked, message => Assert.Equal(Environment.ProcessorCount, message.Request.Threads));
    }

    [Fact]
    public async Task Of_many_slices_as_many_run_at_once_as_there_are_workers()
    {
        await using var pool = shell.Pool($"{Greet}\nwhile read slice; do echo $$ >> busy\nuntil [ -e go ]; do :; done\n{Answer}\ndone", workers: 2);

        var running = Enumerable.Range(0, 5).Select(trial => pool.RunSliceAsync(Slice(0, 0, 2) with { Trial = trial }, default)).ToList();
        while (!File.Exists(shell.At("busy")) || (await File.ReadAllLinesAsync(shell.At("busy"))).Length < 2)
            await Task.Yield();
        Assert.DoesNotContain(running, slice => slice.IsCompleted);
        await File.WriteAllTextAsync(shell.At("go"), "");
        await Task.WhenAll(running);

        Assert.Equal(2, shell.Starts.Count);
        Assert.Equal(5, (await File.ReadAllLinesAsync(shell.At("busy"))).Length);
    }

    [Fact]
    public async Task A_fault_of_the_surroundings_is_told_and_the_worker_stays()
    {
        await using var pool = shell.Pool($"{Greet}\nread slice\n{Say(new FaultMessage("The disk is full."))}\nread slice\n{Answer}\nread more");

        var fault = await Assert.ThrowsAsync<WorkerFaultException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));
        await pool.RunSliceAsync(Slice(0, 0, 2), default);

        Assert.Equal("The disk is full.", fault.Message);
        Assert.Single(shell.Starts);
    }

    [Fact]
    public async Task An_evaluation_gives_metrics_a_fault_or_a_lost_worker()
    {
        var metrics = new Dictionary<string, double> { ["test.loss"] = double.NaN };
        await using var pool = shell.Pool(
            $"{Greet}\nread one\n{Say(new EvaluationMessage(metrics))}\nread two\n{Say(new FaultMessage("It is gone."))}\nread three\n{Answer}\nread more");
        var request = new EvaluationRequest { Experiment = Id, Trial = 0, Point = Point(), Checkpoint = "path" };

        Assert.Equal(metrics, await pool.EvaluateAsync(request, default));
        Assert.Equal("It is gone.", (await Assert.ThrowsAsync<WorkerFaultException>(() => pool.EvaluateAsync(request, default))).Message);
        Assert.Contains("it answered an evaluation with SliceMessage", (await Assert.ThrowsAsync<WorkerLostException>(() => pool.EvaluateAsync(request, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slice_that_is_cancelled_asks_its_worker_to_stop_first()
    {
        await using var pool = shell.Pool($"{Greet}\nread slice\n{Say(new EpochMessage(0, Epoch))}\nread stop\necho \"$stop\" > stopped\n{Answer}\nread more");
        using var cancellation = new CancellationTokenSource();
        pool.EpochReported += (_, _) => cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.RunSliceAsync(Slice(0, 0, 2), cancellation.Token));

        Assert.Equal(WireFormat.Write<HostMessage>(new StopMessage()), (await File.ReadAllTextAsync(shell.At("stopped"))).Trim());
        AssertAllGone();
    }

    [Fact]
    public async Task A_worker_that_does_not_heed_a_stop_is_ended_after_a_while()
    {
        var time = new ManualTime();
        await using var pool = shell.Pool($"{Greet}\nread slice\n{Say(new EpochMessage(0, Epoch))}\nwhile read stop; do :; done", time: time);
        using var cancellation = new CancellationTokenSource();
        pool.EpochReported += (_, _) => cancellation.Cancel();

        var running = pool.RunSliceAsync(Slice(0, 0, 2), cancellation.Token);
        await time.UntilAwaitedAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        AssertAllGone();
    }

    [Fact]
    public async Task A_worker_that_exits_while_it_is_idle_is_replaced_unnoticed()
    {
        await using var pool = shell.Pool($"{Greet}\nread slice\n{Answer}");
        await pool.RunSliceAsync(Slice(0, 0, 2), default);
        while (IsAlive(shell.Starts[0]))
            await Task.Yield();

        Assert.Equal(2, (await pool.RunSliceAsync(Slice(1, 0, 2), default)).Epoch);

        Assert.Equal(2, shell.Starts.Count);
    }

    [Fact]
    public async Task A_pool_that_is_disposed_stops_what_runs_and_leaves_no_process_behind()
    {
        var pool = shell.Pool($"{Greet}\nread slice\ntouch busy-$$\nread stop\n{Answer}\nread more", workers: 2);
        var running = Enumerable.Range(0, 3).Select(trial => pool.RunSliceAsync(Slice(0, 0, 2) with { Trial = trial }, default)).ToList();
        while (Directory.GetFiles(shell.At("."), "busy-*").Length < 2)
            await Task.Yield();

        await pool.DisposeAsync();

        foreach (var slice in running)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slice);
        Assert.Equal(2, shell.Starts.Count);
        AssertAllGone();
    }

    [Fact]
    public void A_pool_has_a_worker_at_least() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => shell.Pool(Greet, workers: 0));

    public void Dispose() => shell.Dispose();

    private void AssertAllGone() => Assert.All(shell.Starts, worker => Assert.False(IsAlive(worker), $"Worker {worker} still runs."));

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
