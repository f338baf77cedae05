using System.Diagnostics;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Commands;
using static DurableTrainer.Workers.Tests.Commands.CommandExperiment;

namespace DurableTrainer.Workers.Tests.Commands;

/// <summary>What a command may do wrong, or on purpose.</summary>
public class HostileCommandTests
{
    [Theory]
    [InlineData("echo nonsense; echo '[1]'; echo '{\"a\":'; echo '{}'; echo '{\"epoch\": 1.5, \"score\": 1}'; echo '{\"epoch\": \"1\"}'", "the command ended without reporting an epoch: {\"epoch\": \"1\"}")]
    [InlineData("echo fine; echo 'ValueError: no such file' >&2; exit 3", "the command ended with status 3 in epoch 1: ")]
    [InlineData("echo '{\"epoch\": 1, \"score\": 1}'; exit 7", "the command ended with status 7 in epoch 2")]
    [InlineData("kill -SEGV $$", "the command was killed by signal 11 in epoch 1")]
    [InlineData("echo '{\"epoch\": 1, \"scored\": 1, \"loss\": 2}'; sleep 600", "the command reported epoch 1 without score, which is the objective, only loss, scored")]
    [InlineData("echo '{\"epoch\": 1}'; sleep 600", "the command reported epoch 1 without score, which is the objective")]
    [InlineData("echo '{\"epoch\": 1, \"score\": null}'; sleep 600", "the command reported epoch 1 without score, which is the objective")]
    [InlineData("", "the command ended without reporting an epoch")]
    public async Task A_command_that_cannot_be_understood_fails_its_trial_with_the_reason(string script, string reason)
    {
        using var experiment = new CommandExperiment(script);

        var result = await experiment.RunAsync(Slice(0, 0, 3));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_its_log_tells_why_it_failed()
    {
        using var experiment = new CommandExperiment("for i in $(seq 50); do echo line $i; done; head -c 100000 /dev/zero | tr '\\0' x; echo; echo last; exit 1");

        var lines = (await experiment.RunAsync(Slice(0, 0, 1))).Reason!.Split(Environment.NewLine);

        Assert.Equal(("the command ended with status 1 in epoch 1: last", "The end of its log:", 22), (lines[0], lines[1], lines.Length));
        Assert.Equal(("line 33", "last"), (lines[2], lines[^1]));
        Assert.Equal(301, lines[^2].Length);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("\"NaN\"")]
    public async Task A_value_that_is_no_finite_number_ends_the_trial_and_keeps_what_was_before(string value)
    {
        using var experiment = new CommandExperiment($$$"""
            echo '{"epoch": 1, "score": 1, "other": Infinity, "text": "NaN \" Infinity"}'
            echo '{"epoch": 2, "score": {{{value}}}}'
            sleep 600
            """);

        var result = await experiment.RunAsync(Slice(0, 0, 3));

        Assert.Equal((SliceOutcome.NonFinite, "score is not a finite number in epoch 2", 1), (result.Outcome, result.Reason, result.Epoch));
        Assert.Equal(1, result.Best!.Epoch);
        Assert.Equal(new Dictionary<string, double> { ["score"] = 1 }, result.Best.Metrics);
        Assert.NotNull(await experiment.Store.ReadAsync(result.Best.Checkpoint));
        Assert.NotNull(result.Checkpoint);
    }

    [Fact]
    public async Task One_that_writes_nothing_for_too_long_is_ended()
    {
        using var experiment = new CommandExperiment("echo '{\"epoch\": 1, \"score\": 1}'; sleep 600", silence: "PT1S");

        var result = await experiment.RunAsync(Slice(0, 0, 3));

        Assert.Equal((SliceOutcome.Failed, "the command wrote nothing for 1 s in epoch 2"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task One_that_does_not_listen_to_requests_is_killed_after_its_last_epoch()
    {
        using var experiment = new CommandExperiment("""
            trap '' TERM
            echo $$ >> note
            echo '{"epoch": 1, "score": 1}'
            while true; do sleep 1; done
            """);

        var result = await experiment.RunAsync(Slice(0, 0, 1));

        Assert.Equal((SliceOutcome.Completed, 1), (result.Outcome, result.Epoch));
        Assert.False(IsRunning(int.Parse(Assert.Single(experiment.Notes))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("exit 1")]
    [InlineData("echo '{\"epoch\": 1, \"score\": 1}'; sleep 600")]
    public async Task Children_do_not_outlive_it_wherever_they_hide(string end)
    {
        using var experiment = new CommandExperiment($$"""
            sleep 601 & echo $! >> note
            (trap '' TERM HUP; sleep 602 & echo $! >> note)
            setsid sh -c 'echo $$ >> note; exec sleep 603' &
            setsid sh -c 'setsid sh -c "echo \$\$ >> note; exec sleep 604" &' &
            while [ "$(wc -l < note)" -lt 4 ]; do sleep 0.05; done
            {{end}}
            """);

        await experiment.RunAsync(Slice(0, 0, 1));

        Assert.Equal(4, experiment.Notes.Length);
        Assert.All(experiment.Notes, id => Assert.False(IsRunning(int.Parse(id)), $"Process {id} still runs."));
    }

    [Fact]
    public async Task More_memory_than_its_limit_is_noticed_during_an_epoch_whoever_of_it_takes_it()
    {
        using var experiment = new CommandExperiment("""
            echo '{"epoch": 1, "score": 1}'
            sh -c 'head -c 100000000 /dev/zero | tail -c 99000000 | sleep 600'
            """, """{ "memory": "64MiB" }""");

        var result = await experiment.RunAsync(Slice(0, 0, 3));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.StartsWith("limit exceeded: memory of at most 64 MiB, was ", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith(" MiB in epoch 2", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Usage.PeakMemoryBytes, 64 << 20, 1 << 30);
    }

    [Fact]
    public async Task More_processor_time_than_its_limit_is_noticed_during_an_epoch_whoever_of_it_takes_it()
    {
        using var experiment = new CommandExperiment("""
            echo '{"epoch": 1, "score": 1}'
            (while true; do :; done) &
            while true; do :; done
            """, """{ "cpuTime": "PT1S" }""");

        var result = await experiment.RunAsync(Slice(0, 0, 3));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.StartsWith("limit exceeded: cpuTime of at most 1 s, was ", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith(" s in epoch 2", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Usage.CpuTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Time_that_earlier_slices_took_counts_against_its_limit()
    {
        using var experiment = new CommandExperiment("sleep 600", """{ "wallClock": "PT1H" }""");

        var result = await experiment.RunAsync(Slice(1, 3, 4) with { Used = new Usage(TimeSpan.FromHours(1), TimeSpan.Zero, 0, 3) });

        Assert.StartsWith("limit exceeded: wallClock of at most 3600 s, was ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_was_not_allowed_is_not_run()
    {
        using var experiment = new CommandExperiment("touch note", allow: ["python3", "train.sh", "/bin/s"]);

        var refusal = await Assert.ThrowsAsync<CommandRefusedException>(() => experiment.RunAsync(Slice(0, 0, 1)));

        Assert.Equal("'sh' may not be run here; whoever operates this machine can allow it with --allow-command sh, or in DTRAIN_ALLOW_COMMANDS", refusal.Message);
        Assert.Empty(experiment.Notes);
    }

    [Fact]
    public async Task A_program_is_allowed_by_its_full_path_too()
    {
        using var experiment = new CommandExperiment(Counting, allow: [CommandFiles.Find("sh", "/")!]);

        Assert.Equal(SliceOutcome.Completed, (await experiment.RunAsync(Slice(0, 0, 1))).Outcome);
    }

    [Theory]
    [InlineData("no-such-program-here", "The program 'no-such-program-here' is not there, or may not be executed.")]
    [InlineData("./train.sh", "The program './train.sh' is not there, or may not be executed.")]
    public async Task A_program_that_is_not_there_is_told(string program, string message)
    {
        using var experiment = new CommandExperiment("", run: $"""["{program}"]""", allow: [program]);

        var refusal = await Assert.ThrowsAsync<CommandRefusedException>(() => experiment.RunAsync(Slice(0, 0, 1)));

        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_told()
    {
        using var experiment = new CommandExperiment("\u0001 not a program", run: """["./train.sh"]""", allow: ["./train.sh"]);
        using (var chmod = Process.Start("chmod", ["+x", experiment.Script]))
            await chmod.WaitForExitAsync();

        var refusal = await Assert.ThrowsAsync<CommandRefusedException>(() => experiment.RunAsync(Slice(0, 0, 1)));

        Assert.Contains("cannot be started", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_has_changed_is_not_run()
    {
        using var experiment = new CommandExperiment(Counting);
        await experiment.RunAsync(Slice(0, 0, 1));
        File.AppendAllText(experiment.Script, "\n# better\n");

        var refusal = await Assert.ThrowsAsync<CommandRefusedException>(() => experiment.RunAsync(Slice(1, 1, 3)));

        Assert.Contains("has changed since the experiment started (train.sh)", refusal.Message, StringComparison.Ordinal);
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }
}
