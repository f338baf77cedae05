using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using static DurableTrainer.Workers.Tests.Commands.CommandExperiment;

namespace DurableTrainer.Workers.Tests.Commands;

/// <summary>How a command is run, slice by slice.</summary>
public class CommandSliceTests
{
    [Fact]
    public async Task A_command_is_told_its_point_and_its_epochs_and_goes_on_from_its_folder()
    {
        using var experiment = new CommandExperiment("""
            echo "$1 $DTRAIN_FROM_EPOCH $DTRAIN_TO_EPOCH $DTRAIN_THREADS $OMP_NUM_THREADS $(tr -d ' \n' < "$DTRAIN_POINT") $(tr -d ' \n' < "$DTRAIN_CHECKPOINT/point.json")" >> note
            """ + "\n" + Counting);

        var first = await experiment.RunAsync(Slice(0, 0, 1));
        var second = await experiment.RunAsync(Slice(1, 1, 3) with { Threads = 2 });

        Assert.Equal((SliceOutcome.Completed, null, 1), (first.Outcome, first.Reason, first.Epoch));
        Assert.Equal((SliceOutcome.Completed, 3, 3, 3.0), (second.Outcome, second.Epoch, second.Best!.Epoch, second.Metrics["score"]));
        Assert.Equal(["""0.5 0 1 1 1 {"rate":0.5} {"rate":0.5}""", """0.5 1 3 2 2 {"rate":0.5} {"rate":0.5}"""], experiment.Notes);
        Assert.Equal([(1, 1), (2, 2), (3, 3)], await experiment.ScoresAsync());
        Assert.Equal("3", (await experiment.FilesAsync(second.Checkpoint!))["epoch"].Trim());
        Assert.Equal(ArtifactPaths.Checkpoint(Id, 0, 0, 3, ArtifactPaths.Zip), second.Checkpoint);
        Assert.Empty(Directory.EnumerateFileSystemEntries(experiment.Scratch));
    }

    [Fact]
    public async Task A_command_without_checkpoints_starts_over_and_what_it_reports_again_says_nothing_new()
    {
        using var experiment = new CommandExperiment("""for i in 1 2 3 4; do echo "{\"epoch\": $i, \"score\": $((10 - i))}"; sleep 0.05; done; sleep 600""");

        await experiment.RunAsync(Slice(0, 0, 2));
        var second = await experiment.RunAsync(Slice(1, 2, 4));

        Assert.Equal((SliceOutcome.Completed, 4, 1), (second.Outcome, second.Epoch, second.Best!.Epoch));
        Assert.Equal([(1, 9), (2, 8), (3, 7), (4, 6)], await experiment.ScoresAsync());
    }

    [Fact]
    public async Task What_a_command_reports_beyond_its_slice_counts_in_the_next_without_being_run_again()
    {
        using var experiment = new CommandExperiment("""
            echo run >> note
            for i in 1 2 3 4 5; do echo "{\"epoch\": $i, \"score\": $i}"; done
            sleep 600
            """);

        await experiment.RunAsync(Slice(0, 0, 1));
        var second = await experiment.RunAsync(Slice(1, 1, 3));
        var third = await experiment.RunAsync(Slice(2, 3, 5));

        Assert.Equal((SliceOutcome.Completed, 3), (second.Outcome, second.Epoch));
        Assert.Equal((SliceOutcome.Completed, 5, 5.0), (third.Outcome, third.Epoch, third.Metrics["score"]));
        Assert.Equal([(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], await experiment.ScoresAsync());
        Assert.Single(experiment.Notes);
    }

    [Fact]
    public async Task After_an_adjustment_nothing_counts_that_was_reported_before_it()
    {
        using var experiment = new CommandExperiment("""
            echo "$1" >> note
            for i in 1 2 3; do echo "{\"epoch\": $i, \"score\": $1}"; done
            sleep 600
            """);

        await experiment.RunAsync(Slice(0, 0, 1));
        await experiment.RunAsync(Slice(1, 1, 3) with { Point = Point(0.25), PointFromEpoch = 1 });

        Assert.Equal(["0.5", "0.25"], experiment.Notes);
        Assert.Equal([(1, 0.5), (2, 0.25), (3, 0.25)], await experiment.ScoresAsync());
    }

    [Fact]
    public async Task A_line_stands_for_the_epochs_since_the_line_before()
    {
        using var experiment = new CommandExperiment("""
            for i in 0 2 1 5 3 9; do echo "{\"epoch\": $i, \"score\": $i}"; done
            sleep 600
            """);

        await experiment.RunAsync(Slice(0, 0, 1));
        await experiment.RunAsync(Slice(1, 1, 3));
        var last = await experiment.RunAsync(Slice(2, 3, 9));

        Assert.Equal((SliceOutcome.Completed, 9, 6), (last.Outcome, last.Epoch, last.Usage.Epochs));
        Assert.Equal([(1, 2), (2, 2), (3, 5), (5, 5), (9, 9)], await experiment.ScoresAsync());
    }

    [Fact]
    public async Task One_that_ends_by_itself_before_its_last_epoch_is_over()
    {
        using var experiment = new CommandExperiment("echo '{\"epoch\": 1, \"score\": 1}'; echo '{\"epoch\": 2, \"score\": 2}'");

        var result = await experiment.RunAsync(Slice(0, 0, 5));

        Assert.Equal((SliceOutcome.Completed, true, 2, "the command ended by itself after epoch 2"), (result.Outcome, result.IsOver, result.Epoch, result.Reason));
        Assert.NotNull(result.Checkpoint);
    }

    [Fact]
    public async Task A_request_to_end_leaves_it_time_to_keep_what_it_has()
    {
        using var experiment = new CommandExperiment("""
            trap 'sleep 1; echo kept > "$DTRAIN_CHECKPOINT/state"; exit 0' TERM
            echo '{"epoch": 1, "score": 1}'
            echo '{"epoch": 2, "score": 0}'
            while true; do sleep 0.1; done
            """);
        using var stop = new CancellationTokenSource();

        var result = await experiment.RunAsync(Slice(0, 0, 5), report => { if (report.Epoch == 2) stop.Cancel(); }, stop.Token);

        Assert.Equal((SliceOutcome.Stopped, "the host stopped", 2), (result.Outcome, result.Reason, result.Epoch));
        Assert.Equal("kept", (await experiment.FilesAsync(result.Checkpoint!))["state"].Trim());
    }

    [Fact]
    public async Task The_stop_flag_ends_it_during_an_epoch_and_keeps_it_from_starting()
    {
        using var experiment = new CommandExperiment("echo run >> note; echo '{\"epoch\": 1, \"score\": 1}'; sleep 600");

        var running = await experiment.RunAsync(Slice(0, 0, 5), _ => experiment.Write(ArtifactPaths.Stop(Id), []));
        var next = await experiment.RunAsync(Slice(1, 1, 5));

        Assert.Equal((SliceOutcome.Stopped, "the experiment was stopped", 1), (running.Outcome, running.Reason, running.Epoch));
        Assert.Equal((SliceOutcome.Stopped, 1, running.Checkpoint), (next.Outcome, next.Epoch, next.Checkpoint));
        Assert.Single(experiment.Notes);
    }

    [Fact]
    public async Task A_damaged_checkpoint_falls_back_to_the_one_before_and_says_so()
    {
        using var experiment = new CommandExperiment(Counting);
        await experiment.RunAsync(Slice(0, 0, 1));
        var second = await experiment.RunAsync(Slice(1, 1, 3));
        var content = (await experiment.Store.ReadAsync(second.Checkpoint!))!;
        content[content.Length / 2] ^= 1;
        experiment.Write(second.Checkpoint!, content);

        var third = await experiment.RunAsync(Slice(2, 3, 5));

        Assert.Equal((SliceOutcome.Completed, 5), (third.Outcome, third.Epoch));
        Assert.Contains("cannot be used, so the one before it is: The checksum", experiment.Log.ToString(), StringComparison.Ordinal);
        Assert.Equal([(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], await experiment.ScoresAsync());
    }

    [Fact]
    public async Task A_trial_takes_over_the_folder_of_another_with_its_own_values()
    {
        using var experiment = new CommandExperiment(Counting + "\ncat \"$DTRAIN_CHECKPOINT/epoch\" \"$DTRAIN_POINT\" | tr -d ' \\n' >> note; echo >> note");
        await experiment.RunAsync(Slice(0, 0, 3) with { LeavesMilestone = true });
        await experiment.RunAsync(Slice(0, 0, 3, trial: 1));
        await experiment.Store.DeleteAsync(ArtifactPaths.Checkpoints(Id, 0));

        var next = Slice(1, 3, 4, trial: 1) with { From = new Milestone(0, 3), Branch = 1, Point = Point(0.125), PointFromEpoch = 3 };
        var result = await experiment.RunAsync(next);

        Assert.Equal((SliceOutcome.Completed, 4), (result.Outcome, result.Epoch));
        Assert.Equal("""4{"rate":0.125}""", experiment.Notes[^1]);
        Assert.Equal(ArtifactPaths.Checkpoint(Id, 1, 1, 4, ArtifactPaths.Zip), result.Checkpoint);
    }

    [Fact]
    public async Task Links_pipes_and_folders_do_not_keep_a_folder_from_being_stored()
    {
        using var experiment = new CommandExperiment("""
            cd "$DTRAIN_CHECKPOINT" && mkdir -p a/b && echo deep > a/b/c && ln -s a/b/c latest && ln -s nowhere lost && mkfifo pipe && ln -s / root
            echo '{"epoch": 1, "score": 1}'
            """);

        var result = await experiment.RunAsync(Slice(0, 0, 1));

        Assert.Equal((SliceOutcome.Completed, null), (result.Outcome, result.Reason));
        var files = await experiment.FilesAsync(result.Checkpoint!);
        Assert.Equal((".dtrain.json a/b/c latest pipe point.json", "deep\n"), (string.Join(' ', files.Keys.Order(StringComparer.Ordinal)), files["latest"]));
    }

    [Fact]
    public async Task The_same_folder_gives_the_same_bytes()
    {
        using var experiment = new CommandExperiment(Counting);

        var first = await experiment.RunAsync(Slice(0, 0, 3));
        var second = await experiment.RunAsync(Slice(0, 0, 3, trial: 1));

        Assert.Equal(await experiment.Store.ReadAsync(first.Checkpoint!), await experiment.Store.ReadAsync(second.Checkpoint!));
    }
}
