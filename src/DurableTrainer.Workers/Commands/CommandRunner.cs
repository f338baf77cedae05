using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Commands;

/// <summary>Runs the slices of trials that a command trains. Running a slice twice leaves what running it once leaves.</summary>
internal sealed class CommandRunner(ArtifactStore store, CommandPlace place, TimeProvider time, TextWriter log)
{
    /// <param name="request">The slice.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="report">Told about every epoch.</param>
    /// <param name="threads">Those that the command is told to compute with; it takes them when it starts.</param>
    /// <param name="stop">Returns early, as does the experiment's stop flag.</param>
    /// <exception cref="CommandRefusedException">The command is not allowed here, is not there, or its files have changed.</exception>
    public async Task<SliceResult> RunAsync(
        SliceRequest request, LoadedExperiment experiment, Action<EpochReport> report, SliceThreads threads, CancellationToken stop)
    {
        var meter = new CommandMeter(time);
        var checkpoints = new BranchCheckpoints<FolderCheckpoint>(store, request, experiment.Spec.Objective, FolderCheckpoint.Format);
        if (await store.ExistsAsync(ArtifactPaths.Stop(request.Experiment), CancellationToken.None))
            return await LeaveAsync(checkpoints, meter, SliceOutcome.Stopped, CommandSlice.ExperimentStopped);

        CommandTrainingSpec training;
        try
        {
            training = experiment.Spec.Training.BindCommand(request.Point);
        }
        catch (SpecException impossible)
        {
            return await LeaveAsync(checkpoints, meter, SliceOutcome.Failed, $"nothing can be run at this point: {impossible.Message}");
        }

        var program = Require(training.Command, experiment.Source.Folder);
        experiment.Source.VerifyFiles();
        using var folder = TrialFolder.Create(place.Scratch, request);
        var metrics = await MetricsLog.OpenAsync(store, request.Experiment, request.Trial);
        FolderCheckpoint? restored = null;
        await WarnAsync(await checkpoints.RestoreAsync(checkpoint =>
        {
            folder.Restore(checkpoint);
            restored = checkpoint;
        }));
        folder.Write(request.Point);
        // Epochs of an attempt that was cut short were trained all the same.
        meter.Add(metrics.UsageOf(request.FromEpoch, checkpoints.Epoch));
        var slice = new CommandSlice(store, time)
        {
            Request = request,
            Spec = experiment.Spec,
            Command = training.Command,
            Words = [program, .. training.Command.Run.Skip(1)],
            WorkFolder = experiment.Source.Folder,
            Folder = folder,
            Checkpoints = checkpoints,
            Metrics = metrics,
            Meter = meter,
            Report = report,
            Threads = threads.Take(checkpoints.Epoch),
        };
        // What it reported beyond was trained with the values that it had.
        var result = await slice.RunAsync(restored?.Epoch > request.PointFromEpoch ? restored.Ahead : [], stop);
        return result with { Grants = threads.Grants };
    }

    private string Require(CommandSpec command, string folder)
    {
        if (!OperatingSystem.IsLinux())
            throw new CommandRefusedException("Commands are run on Linux only.");
        if (place.Allowed.WhyNot(command.Run[0], folder) is { } why)
            throw new CommandRefusedException(why);
        return CommandFiles.Find(command.Run[0], folder)
            ?? throw new CommandRefusedException($"The program '{command.Run[0]}' is not there, or may not be executed.");
    }

    /// <summary>Runs nothing: what was there before counts, and what was taken over is the trial's own from here on.</summary>
    private async Task<SliceResult> LeaveAsync(BranchCheckpoints<FolderCheckpoint> checkpoints, CommandMeter meter, SliceOutcome outcome, string reason)
    {
        try
        {
            await WarnAsync(await checkpoints.RestoreAsync(_ => { }));
            await checkpoints.SaveAsync(null);
        }
        catch (CheckpointException exception)
        {
            // A trial that ends does not need it.
            await WarnAsync([exception.Message]);
        }

        return checkpoints.Result(outcome, meter.Total(0), reason);
    }

    private async Task WarnAsync(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
            await log.WriteLineAsync(warning);
    }
}
