using DurableTrainer.Core.Tests.Telemetry;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Workers.Tests.Pool;
using static DurableTrainer.Workers.Tests.DigitsExperiment;
using static DurableTrainer.Workers.Tests.Pool.ShellWorkers;

namespace DurableTrainer.Workers.Tests.Telemetry;

public sealed class PoolMetricsTests : IDisposable
{
    private readonly ShellWorkers shell = new();

    [Fact]
    public async Task A_pool_counts_what_became_of_slices_and_workers()
    {
        using var heard = new HeardMetrics(SignalNames.Pool, "counting");
        await using (var pool = shell.Pool($"{Greet}\nread slice\n[ -e failed ] || {{ touch failed; exit 3; }}\n{Answer}\nread slice\n{Answer}\nread more", name: "counting"))
        {
            await Assert.ThrowsAsync<WorkerLostException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));
            await pool.RunSliceAsync(Slice(0, 0, 2), default);
            await pool.RunSliceAsync(Slice(1, 2, 4), default);
            heard.Observe();
        }

        Assert.Equal((1, 2), (heard.Count("durabletrainer.slice.duration", (SignalNames.SliceOutcome, "lost")), heard.Count("durabletrainer.slice.duration", (SignalNames.SliceOutcome, "completed"))));
        Assert.Equal(3, heard.Count("durabletrainer.slice.queue_time"));
        Assert.Equal((2, 1), (heard.Sum("durabletrainer.worker.starts"), heard.Sum("durabletrainer.worker.losses")));
        Assert.Equal((1, 0, 0), (heard.Sum("durabletrainer.pool.workers"), heard.Sum("durabletrainer.pool.busy"), heard.Sum("durabletrainer.pool.waiting")));
    }

    [Fact]
    public async Task A_pool_that_is_gone_is_not_observed()
    {
        using var heard = new HeardMetrics(SignalNames.Pool, "gone");
        await shell.Pool(Greet, name: "gone").DisposeAsync();

        heard.Observe();

        Assert.Equal(0, heard.Count("durabletrainer.pool.workers"));
    }

    [Fact]
    public async Task A_worker_with_a_farewell_ends_by_itself()
    {
        await using (var pool = shell.Pool($"{Greet}\nread slice\n{Answer}\nread more\ntouch parted", farewell: TimeSpan.FromMinutes(1)))
            await pool.RunSliceAsync(Slice(0, 0, 2), default);

        Assert.True(File.Exists(shell.At("parted")));
    }

    [Fact]
    public async Task A_worker_that_outstays_its_farewell_is_killed()
    {
        var time = new ManualTime();
        var pool = shell.Pool($"{Greet}\nread slice\n{Answer}\nwhile :; do read more; done", time: time, farewell: TimeSpan.FromSeconds(3));
        await pool.RunSliceAsync(Slice(0, 0, 2), default);

        var disposing = pool.DisposeAsync();
        await time.UntilAwaitedAsync(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));
        await disposing;

        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(shell.Starts[0]));
    }

    public void Dispose() => shell.Dispose();
}
