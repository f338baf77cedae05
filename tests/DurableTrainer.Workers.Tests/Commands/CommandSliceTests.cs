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
}
