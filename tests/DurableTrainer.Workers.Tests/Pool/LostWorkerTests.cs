using DurableTrainer.Workers.Pool;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;
using static DurableTrainer.Workers.Tests.Pool.ShellWorkers;

namespace DurableTrainer.Workers.Tests.Pool;

public sealed class LostWorkerTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly ShellWorkers shell = new();

    [Theory]
    [InlineData("exit 3", "it exited with status 3")]
    [InlineData("kill -s SEGV $$", "it was killed by signal 11")]
    [InlineData("kill -s KILL $$", "it was killed by signal 9")]
    [InlineData("echo hello", "it wrote 'hello', which is not a message")]
    [InlineData("echo '{}'", "it wrote '{}', which is not a message")]
    [InlineData("echo '{\"type\":\"ready\",\"version\":1}'", "it answered a slice with ReadyMessage { Version = 1 }")]
    public async Task A_worker_that_fails_in_a_slice_is_lost_with_the_end_of_its_log_and_replaced(string failing, string because)
    {
        await using var pool = shell.Pool($$"""
            {{Greet}}
            read slice
            [ -e failed ] && {{Answer}} && read more
            touch failed
            for line in $(seq 1 30); do echo "log line $line" >&2; done
            {{failing}}
            read more
            """);

        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));
        var next = await pool.RunSliceAsync(Slice(0, 0, 2), default);

        var log = string.Join(Environment.NewLine, Enumerable.Range(11, 20).Select(line => $"log line {line}"));
        Assert.Equal($"a worker was lost: {because}{Environment.NewLine}The end of the log of process {shell.Starts[0]}:{Environment.NewLine}{log}", lost.Message);
        Assert.Equal(2, next.Epoch);
        Assert.Equal(2, shell.Starts.Count);
    }

    [Fact]
    public async Task A_worker_that_is_silent_for_too_long_is_lost()
    {
        var time = new ManualTime();
        await using var pool = shell.Pool($"{Greet}\nread slice\necho stuck >&2\ntouch busy\nread more", time: time);

        var running = pool.RunSliceAsync(Slice(0, 0, 2), default);
        await ShellWorkers.UntilAsync(() => File.Exists(shell.At("busy")));
        await time.UntilAwaitedAsync(Silence);
        time.Advance(Silence);

        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => running);
        Assert.Equal($"a worker was lost: it was silent for 30 s{Environment.NewLine}The end of the log of process {shell.Starts[0]}:{Environment.NewLine}stuck", lost.Message);
    }

    [Fact]
    public async Task Signs_of_life_keep_a_busy_worker()
    {
        var time = new ManualTime();
        await using var pool = shell.Pool(
            $"{Greet}\nread slice\ntouch busy\nuntil [ -e beat ]; do :; done\n{Say(new HeartbeatMessage())}\ntouch beaten\nuntil [ -e done ]; do :; done\n{Answer}\nread more", time: time);

        var running = pool.RunSliceAsync(Slice(0, 0, 2), default);
        await ShellWorkers.UntilAsync(() => File.Exists(shell.At("busy")));
        await time.UntilAwaitedAsync(Silence);
        time.Advance(Silence / 2);
        await File.WriteAllTextAsync(shell.At("beat"), "");
        await time.UntilAwaitedAsync(Silence);
        time.Advance(Silence / 2);
        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(shell.At("done"), "");

        Assert.Equal(2, (await running).Epoch);
    }

    [Fact]
    public async Task A_worker_that_closes_its_output_and_stays_is_lost()
    {
        var time = new ManualTime();
        await using var pool = shell.Pool($"{Greet}\nread slice\nexec 1>&-\nread more", time: time);

        var running = pool.RunSliceAsync(Slice(0, 0, 2), default);
        await time.UntilAwaitedAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.EndsWith("it closed its input or output", (await Assert.ThrowsAsync<WorkerLostException>(() => running)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_never_gets_ready_cannot_be_started()
    {
        var time = new ManualTime();
        await using var pool = shell.Pool("touch up\nread slice", time: time);

        var running = pool.RunSliceAsync(Slice(0, 0, 2), default);
        await ShellWorkers.UntilAsync(() => File.Exists(shell.At("up")));
        await time.UntilAwaitedAsync(Silence);
        time.Advance(Silence);

        var fault = await Assert.ThrowsAsync<WorkerStartException>(() => running);
        Assert.Equal($"A worker did not get ready: a worker was lost: it was silent for 30 s", fault.Message);
    }

    [Theory]
    [InlineData("echo 'no room' >&2; exit 1", "it exited with status 1")]
    [InlineData("echo 'no room' >&2; echo '{\"type\":\"ready\",\"version\":1}'; read slice", "it greeted with ReadyMessage { Version = 1 }, not as a worker of this version")]
    [InlineData("echo 'no room' >&2; echo '{\"type\":\"heartbeat\"}'; echo Welcome; read slice", "it wrote 'Welcome', which is not a message")]
    public async Task A_worker_that_does_not_greet_cannot_be_started_and_its_log_tells_why(string script, string because)
    {
        await using var pool = shell.Pool(script);

        var fault = await Assert.ThrowsAsync<WorkerStartException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));

        Assert.Equal(
            $"A worker did not get ready: a worker was lost: {because}{Environment.NewLine}The end of the log of process {shell.Starts[0]}:{Environment.NewLine}no room", fault.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_there_cannot_be_started()
    {
        await using var pool = new WorkerPool(new WorkerCommand("/no/such/program", []), 1, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<WorkerStartException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));

        Assert.StartsWith("The worker '/no/such/program' cannot be started: ", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => shell.Dispose();
}
