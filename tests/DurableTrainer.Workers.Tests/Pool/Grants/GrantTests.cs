using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool.Grants;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;
using static DurableTrainer.Workers.Tests.Pool.ShellWorkers;

namespace DurableTrainer.Workers.Tests.Pool.Grants;

/// <summary>What a pool tells its workers about their threads: two workers on a machine of four.</summary>
public sealed class GrantTests : IDisposable
{
    /// <summary>
    /// Notes each line that the worker of a trial reads, and answers when the trial may end. It reads on before that for each word in
    /// <c>waits-trial</c>, and exits where there is <c>exit-trial</c>.
    /// </summary>
    private static readonly string Obedient =
        $$"""
        {{Greet}}
        while read slice; do
          trial=$(echo "$slice" | sed 's/.*"trial":\([0-9]*\).*/\1/')
          echo "$slice" >> heard-$trial
          [ -e exit-$trial ] && exit 3
          [ -e waits-$trial ] && for more in $(cat waits-$trial); do read more; echo "$more" >> heard-$trial; done
          until [ -e end-$trial ]; do :; done
          rm end-$trial
          {{Answer}}
        done
        """;

    private readonly ShellWorkers shell = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_running_slice_is_granted_what_another_one_leaves()
    {
        await using var pool = shell.Pool(Obedient, workers: 2, time, threads: 4);
        Touch("waits-1", "grant");
        var leaving = pool.RunSliceAsync(Request(0, rank: null), default);
        await HeardAsync(0, 1);
        var staying = pool.RunSliceAsync(Request(1, rank: 0.8), default);
        var first = Assert.IsType<RunSliceMessage>((await HeardAsync(1, 1))[0]);
        Assert.Equal((2, "2 of 4 threads: first of 2 running trials (better than 80% at epoch 3)"), (first.Request.Threads, first.Reason));
        Assert.Equal(
            [(0, 2, shell.Starts[0]), (1, 2, shell.Starts[1])], pool.Load.Select(load => (load.Trial, load.Threads, load.ProcessId!.Value)).Order());

        Touch("end-0");
        await leaving;
        time.Advance(ThreadAllocator.Moment);

        Assert.Equal(new GrantMessage(4, "4 threads: the only trial that runs"), (await HeardAsync(1, 2))[1]);
        Assert.Equal(4, Assert.Single(pool.Load).Threads);
        Touch("end-1");
        await staying;
        Assert.Empty(pool.Load);
    }

    [Fact]
    public async Task Threads_that_were_granted_come_back_with_the_next_slice()
    {
        await using var pool = shell.Pool(Obedient, workers: 2, time, threads: 4);
        var large = pool.RunSliceAsync(Request(0, rank: 0.8), default);
        Assert.Equal(4, Threads((await HeardAsync(0, 1))[0]));
        var small = pool.RunSliceAsync(Request(1, rank: 0.5), default);
        Assert.Equal(1, Threads((await HeardAsync(1, 1))[0]));

        Touch("end-0");
        await large;
        large = pool.RunSliceAsync(Request(0, rank: 0.8), default);

        Assert.Equal(2, Threads((await HeardAsync(0, 2))[1]));
        time.Advance(ThreadAllocator.Moment);
        Touch("end-0");
        Touch("end-1");
        await Task.WhenAll(large, small);
    }

    [Fact]
    public async Task What_a_lost_worker_had_goes_to_the_slice_that_runs_again()
    {
        await using var pool = shell.Pool(Obedient, workers: 2, time, threads: 4);
        var staying = pool.RunSliceAsync(Request(1, rank: null), default);
        await HeardAsync(1, 1);
        Touch("exit-0");
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.RunSliceAsync(Request(0, rank: 0.8), default));
        File.Delete(shell.At("exit-0"));

        var again = pool.RunSliceAsync(Request(0, rank: 0.8), default);

        Assert.Equal([2, 2], (await HeardAsync(0, 2)).Select(Threads));
        Touch("end-0");
        Touch("end-1");
        await Task.WhenAll(again, staying);
    }

    [Fact]
    public async Task A_worker_that_is_lost_while_it_is_granted_more_is_lost_once()
    {
        await using var pool = shell.Pool(Obedient, workers: 2, time, threads: 4);
        Touch("waits-1", "grant");
        var leaving = pool.RunSliceAsync(Request(0, rank: null), default);
        await HeardAsync(0, 1);
        var staying = pool.RunSliceAsync(Request(1, rank: 0.8), default);
        await HeardAsync(1, 1);
        Touch("end-0");
        await leaving;
        using (var worker = System.Diagnostics.Process.GetProcessById(shell.Starts[1]))
            worker.Kill();

        time.Advance(ThreadAllocator.Moment);

        await Assert.ThrowsAsync<WorkerLostException>(() => staying);
        Assert.Empty(pool.Load);
    }

    [Fact]
    public async Task A_stop_reaches_a_worker_that_was_granted_more()
    {
        await using var pool = shell.Pool(Obedient, workers: 2, time, threads: 4);
        Touch("waits-1", "grant stop");
        var leaving = pool.RunSliceAsync(Request(0, rank: null), default);
        await HeardAsync(0, 1);
        using var cancellation = new CancellationTokenSource();
        var staying = pool.RunSliceAsync(Request(1, rank: 0.8), cancellation.Token);
        await HeardAsync(1, 1);
        Touch("end-0");
        await leaving;
        time.Advance(ThreadAllocator.Moment);
        await HeardAsync(1, 2);

        await cancellation.CancelAsync();

        Assert.Equal([typeof(RunSliceMessage), typeof(GrantMessage), typeof(StopMessage)], (await HeardAsync(1, 3)).Select(message => message.GetType()));
        Touch("end-1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staying);
    }

    public void Dispose() => shell.Dispose();

    private static SliceRequest Request(int trial, double? rank) =>
        Slice(1, 3, 6) with { Trial = trial, Promise = rank is { } share ? new Promise(share, 0) : null };

    private static int Threads(HostMessage message) => message switch
    {
        RunSliceMessage run => run.Request.Threads,
        GrantMessage grant => grant.Threads,
        _ => 0,
    };

    private void Touch(string name, string content = "") => File.WriteAllText(shell.At(name), content);

    /// <summary>What the worker of a trial has read, once it is so much.</summary>
    private async Task<IReadOnlyList<HostMessage>> HeardAsync(int trial, int messages)
    {
        var path = shell.At($"heard-{trial}");
        while (true)
        {
            var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path) : [];
            if (lines.Length >= messages && lines[^1].EndsWith('}'))
                return [.. lines.Select(WireFormat.Read<HostMessage>)];
            await Task.Yield();
        }
    }
}
