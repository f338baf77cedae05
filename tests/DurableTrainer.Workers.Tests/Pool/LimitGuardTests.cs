using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Learners;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;
using static DurableTrainer.Workers.Tests.Pool.ShellWorkers;

namespace DurableTrainer.Workers.Tests.Pool;

/// <summary>Workers that are past a limit and cannot be relied upon, as their pool sees them.</summary>
public sealed class LimitGuardTests : IDisposable
{
    /// <summary>The first worker misbehaves, all others answer.</summary>
    private const string OnlyTheFirst = "[ -e bad ] && { while read slice; do :; ANSWER\ndone; exit 0; }\ntouch bad";

    private readonly ShellWorkers shell = new();

    public static TheoryData<string, LimitsSpec, string> Misbehaving => new()
    {
        {
            "hoard=$(head -c 80000000 /dev/zero | tr '\\0' x)\nwhile :; do :; done",
            new LimitsSpec { Memory = new MemorySize(40 << 20) },
            @"^limit exceeded: memory of at most 40 MiB, was [\d.]+ MiB in epoch 1; its worker did not stop at once, and was killed$"
        },
        {
            $"env {LearnerProcesses.Mark} sh -c 'hoard=$(head -c 80000000 /dev/zero | tr \"\\0\" x); while [ -e bad ]; do :; done' &\nwhile :; do :; done",
            new LimitsSpec { Memory = new MemorySize(40 << 20) },
            @"^limit exceeded: memory of at most 40 MiB, was [\d.]+ MiB in epoch 1; its worker did not stop at once, and was killed$"
        },
        {
            $"env {LearnerProcesses.Mark} sh -c 'while [ -e bad ]; do :; done' &\nuntil [ -e never ]; do sleep 0.05; done",
            new LimitsSpec { CpuTime = TimeSpan.FromSeconds(0.3) },
            @"^limit exceeded: cpuTime of at most 0\.3 s, was [\d.]+ s in epoch 1; its worker did not stop at once, and was killed$"
        },
        {
            "while :; do :; done",
            new LimitsSpec { CpuTime = TimeSpan.FromSeconds(0.3) },
            @"^limit exceeded: cpuTime of at most 0\.3 s, was [\d.]+ s in epoch 1; its worker did not stop at once, and was killed$"
        },
        {
            "trap '' TERM\nuntil [ -e never ]; do sleep 0.05; done",
            new LimitsSpec { WallClock = TimeSpan.FromSeconds(0.4) },
            @"^limit exceeded: wallClock of at most 0\.4 s, was [\d.]+ s in epoch 1; its worker did not stop at once, and was killed$"
        },
    };

    [Theory]
    [MemberData(nameof(Misbehaving))]
    public async Task A_worker_past_a_limit_that_does_not_stop_is_killed_and_replaced_while_others_go_on(string misbehaving, LimitsSpec limits, string told)
    {
        await using var pool = shell.Pool($"{Greet}\n{OnlyTheFirst.Replace("ANSWER", Answer, StringComparison.Ordinal)}\nread slice\n{misbehaving}", workers: 2);
        var bad = pool.RunSliceAsync(Slice(0, 0, 2) with { Trial = 1, Limits = limits }, default);
        await ShellWorkers.UntilAsync(() => File.Exists(shell.At("bad")));

        var good = await pool.RunSliceAsync(Slice(0, 0, 2) with { Trial = 2, Limits = limits }, default);
        var result = await bad;
        var next = await pool.RunSliceAsync(Slice(0, 0, 2) with { Trial = 3, Limits = limits }, default);

        Assert.Equal((SliceOutcome.Completed, SliceOutcome.Completed), (good.Outcome, next.Outcome));
        Assert.Equal((SliceOutcome.Failed, 1, 0), (result.Outcome, result.Trial, result.Epoch));
        Assert.Matches(told, result.Reason);
        Assert.True(result.Usage.WallClock > TimeSpan.Zero);
        Assert.DoesNotContain(shell.Starts[0], pool.Load.Select(load => load.ProcessId ?? 0));
    }

    [Fact]
    public async Task What_earlier_slices_used_counts()
    {
        await using var pool = shell.Pool($"{Greet}\nread slice\nwhile :; do :; done");
        var used = new Usage(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(50), 0, 4);

        var result = await pool.RunSliceAsync(Slice(1, 4, 8) with { Used = used, Limits = new LimitsSpec { WallClock = TimeSpan.FromSeconds(60) } }, default);

        Assert.Equal((SliceOutcome.Failed, 4), (result.Outcome, result.Epoch));
        Assert.Matches(@"^limit exceeded: wallClock of at most 60 s, was 100\.\d s in epoch 5", result.Reason);
    }

    [Fact]
    public async Task A_worker_that_stops_when_it_is_asked_to_stays()
    {
        var stopped = Say(new SliceMessage(Result with { Outcome = SliceOutcome.Stopped, Reason = "the host stopped" }));
        await using var pool = shell.Pool($"{Greet}\nread slice\nread stop\necho \"$stop\" > stop\n{stopped}\nread slice\n{Answer}\nread more");

        var result = await pool.RunSliceAsync(Slice(0, 0, 2) with { Limits = new LimitsSpec { WallClock = TimeSpan.FromSeconds(0.2) } }, default);
        await pool.RunSliceAsync(Slice(0, 0, 2), default);

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.Matches(@"^limit exceeded: wallClock of at most 0\.2 s, was [\d.]+ s in epoch 1$", result.Reason);
        Assert.Single(shell.Starts);
        Assert.IsType<StopMessage>(WireFormat.Read<HostMessage>(await File.ReadAllTextAsync(shell.At("stop"))));
    }

    [Fact]
    public async Task A_lost_worker_is_replaced_before_anybody_asks_for_one()
    {
        await using var pool = shell.Pool($"{Greet}\n[ -e failed ] && {{ read slice; {Answer}; read more; }}\nread slice\ntouch failed\nexit 3");
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.RunSliceAsync(Slice(0, 0, 2), default));

        await ShellWorkers.UntilAsync(() => shell.Starts.Count == 2);
        await pool.RunSliceAsync(Slice(0, 0, 2), default);

        Assert.Equal(2, shell.Starts.Count);
    }

    public void Dispose() => shell.Dispose();
}
