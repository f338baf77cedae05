using System.Diagnostics;
using System.Globalization;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Commands;

/// <summary>One slice of a trial that a command trains, from the start of the command to its end.</summary>
internal sealed class CommandSlice(ArtifactStore store, TimeProvider time)
{
    public const string ExperimentStopped = "the experiment was stopped";

    /// <summary>Between looks at what the command uses.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>Between looks at the experiment's stop flag.</summary>
    private static readonly TimeSpan FlagInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>For a command to end by itself after the last epoch.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <summary>For a command to end once asked; what it leaves must be stored within the host's patience.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(30);

    /// <summary>Epochs that are kept of a command which does not end when it is asked to.</summary>
    private const int MostAhead = 10_000;

    private readonly List<EpochLine> ahead = [];
    private RunningCommand? command;
    private long? flagSeenAt;

    public required SliceRequest Request { get; init; }

    public required ExperimentSpec Spec { get; init; }

    public required CommandSpec Command { get; init; }

    /// <summary>The program's full path, and its arguments.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Where the command works.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Where it keeps what it goes on from.</summary>
    public required TrialFolder Folder { get; init; }

    public required BranchCheckpoints<FolderCheckpoint> Checkpoints { get; init; }

    public required MetricsLog Metrics { get; init; }

    public required CommandMeter Meter { get; init; }

    /// <summary>Told about every epoch.</summary>
    public required Action<EpochReport> Report { get; init; }

    public required int Threads { get; init; }

    private int Epoch => Checkpoints.Epoch;

    /// <param name="known">What the command had reported beyond the epochs that are done.</param>
    /// <param name="stop">Returns early.</param>
    public async Task<SliceResult> RunAsync(IReadOnlyList<EpochLine> known, CancellationToken stop)
    {
        try
        {
            var ending = await TakeAsync(known) ?? (Epoch < Request.ToEpoch ? await RunCommandAsync(stop) : new Ending(SliceOutcome.Completed));
            if (ending.Outcome != SliceOutcome.Failed)
                await Checkpoints.SaveAsync(Pack);
            if (ending.Outcome == SliceOutcome.Completed && Request.LeavesMilestone && Epoch == Request.ToEpoch)
                await Checkpoints.LeaveMilestoneAsync();
            return Result(ending);
        }
        catch (CommandFailedException failed)
        {
            return Result(new Ending(SliceOutcome.Failed, Explain(failed.Message)));
        }
    }

    private async Task<Ending> RunCommandAsync(CancellationToken stop)
    {
        await using var running = command = RunningCommand.Start(Path.GetFileName(Folder.Root), Words, WorkFolder, Variables(), time);
        try
        {
            var ending = await FollowAsync(running, stop);
            await EndAsync(running, TimeSpan.Zero);
            return ending;
        }
        finally
        {
            command = null;
        }
    }

    private async Task<Ending> FollowAsync(RunningCommand running, CancellationToken stop)
    {
        Task<bool>? waiting = null;
        while (true)
        {
            while (running.Reports.TryRead(out var line))
            {
                if (await TakeAsync(line) is { } ending)
                    return ending;
            }

            if (running.Exited.IsCompleted)
                return await TakeRestAsync(running);
            if (await WhyEndAsync(running, stop) is { } reason)
                return reason;
            // Without output there is nothing to wait for but the end.
            if (waiting is null or { IsCompleted: true })
                waiting = running.Reports.Completion.IsCompleted ? null : running.Reports.WaitToReadAsync(CancellationToken.None).AsTask();
            var beat = Task.Delay(Beat, time, stop);
            await (waiting is null ? Task.WhenAny(running.Exited, beat) : Task.WhenAny(running.Exited, beat, waiting));
        }
    }

    /// <summary>What the command said before it ended by itself, and what its end means.</summary>
    private async Task<Ending> TakeRestAsync(RunningCommand running)
    {
        var killing = running.EndAsync(TimeSpan.Zero, TimeSpan.Zero);
        Ending? ending = null;
        await foreach (var line in running.Reports.ReadAllAsync(CancellationToken.None))
            ending ??= await TakeAsync(line);
        await killing;
        Meter.Observe(running.Measure());
        if (ending is not null)
            return ending;
        var end = await running.Exited;
        if (!end.IsGood)
            return Failed($"the command {end} in epoch {Epoch + 1}");
        return Epoch == 0
            ? Failed("the command ended without reporting an epoch")
            : new Ending(SliceOutcome.Completed, $"the command ended by itself after epoch {Epoch}", IsOver: true);
    }

    private async Task<Ending?> WhyEndAsync(RunningCommand running, CancellationToken stop)
    {
        Meter.Observe(running.Measure());
        if (WhyExceeded(Epoch + 1) is { } exceeded)
            return Failed(exceeded);
        if (running.Silence > Command.Silence)
            return Failed(string.Create(CultureInfo.InvariantCulture, $"the command wrote nothing for {Command.Silence.TotalSeconds:0.#} s in epoch {Epoch + 1}"));
        if (stop.IsCancellationRequested)
            return new Ending(SliceOutcome.Stopped, "the host stopped");
        if (Request.MaxWallClock is { } bound && Meter.Total(0).WallClock >= bound)
            return new Ending(SliceOutcome.Stopped, "the experiment's time is spent");
        if (flagSeenAt is { } seen && time.GetElapsedTime(seen) < FlagInterval)
            return null;
        flagSeenAt = time.GetTimestamp();
        return await store.ExistsAsync(ArtifactPaths.Stop(Request.Experiment), CancellationToken.None) ? new Ending(SliceOutcome.Stopped, ExperimentStopped) : null;
    }

    private async Task<Ending?> TakeAsync(IReadOnlyList<EpochLine> lines)
    {
        // What is beyond this slice too, before a checkpoint is made of it.
        foreach (var line in lines)
            Keep(line);
        foreach (var line in lines)
        {
            if (await TakeAsync(line) is { } ending)
                return ending;
        }

        return null;
    }

    /// <summary>
    /// Takes in what the command reported. A line stands for all epochs since the line before it; one of an epoch that is done already, as
    /// of a command that started over, says nothing new.
    /// </summary>
    /// <returns>Why the slice ends, if it does.</returns>
    private async Task<Ending?> TakeAsync(EpochLine line)
    {
        if (line.Epoch <= Epoch)
            return null;
        foreach (var metric in Spec.Objective.Select(objective => objective.Metric))
        {
            if (!line.Values.TryGetValue(metric, out var value))
                return Failed($"the command reported epoch {line.Epoch} without {metric}, which is the objective{(line.Values.Count == 0 ? "" : $", only {string.Join(", ", line.Values.Keys.Take(10))}")}");
            if (!double.IsFinite(value))
                return new Ending(SliceOutcome.NonFinite, $"{metric} is not a finite number in epoch {line.Epoch}");
        }

        Keep(line);
        var epoch = Math.Min(line.Epoch, Request.ToEpoch);
        if (epoch == Request.ToEpoch && command is not null)
            await EndAsync(command, Moment);
        await NoteAsync(epoch, line);
        if (WhyExceeded(epoch) is { } exceeded)
            return Failed(exceeded);
        // By the epoch that counts: with several objectives another one may reach the targets.
        var counted = Spec.Objective[0].Reduce == Reduction.Best ? Checkpoints.Best!.Metrics : Checkpoints.LastMetrics;
        if (epoch == Request.ToEpoch || Objectives.AreReached(Spec.Objective, Objectives.ValuesIn(Spec.Objective, counted)))
            return new Ending(SliceOutcome.Completed);
        if (command is not null)
            await Checkpoints.SaveIfDueAsync(Pack, time, SaveInterval);
        return null;
    }

    private async Task NoteAsync(int epoch, EpochLine line)
    {
        if (command is not null)
            Meter.Observe(command.Measure());
        var values = new SortedDictionary<string, double>(line.Values.Where(value => double.IsFinite(value.Value)).ToDictionary(), StringComparer.Ordinal);
        var measured = new EpochReport(epoch, epoch, time.GetUtcNow(), values, Meter.Lap(epoch - Epoch));
        await Metrics.AppendAsync(measured);
        Report(measured);
        Checkpoints.Observe(new EpochMetrics(epoch, values, epoch), Pack);
    }

    /// <summary>Ends the command. What it reports meanwhile is kept for the slice after this one.</summary>
    private async Task EndAsync(RunningCommand running, TimeSpan moment)
    {
        var ending = running.EndAsync(moment, Grace);
        await foreach (var line in running.Reports.ReadAllAsync(CancellationToken.None))
            Keep(line);
        await ending;
        Meter.Observe(running.Measure());
    }

    /// <summary>A line counts beyond the end of the slice when it stands for epochs that are beyond.</summary>
    private void Keep(EpochLine line)
    {
        var last = ahead.Count == 0 ? Request.ToEpoch : ahead[^1].Epoch;
        if (line.Epoch > last && ahead.Count < MostAhead)
            ahead.Add(line);
    }

    private byte[] Pack()
    {
        var checkpoint = new FolderCheckpoint { Epoch = Epoch, Point = Request.Point, History = Checkpoints.History, Ahead = ahead };
        return command is { Exited.IsCompleted: false } ? command.Frozen(() => Folder.Pack(checkpoint)) : Folder.Pack(checkpoint);
    }

    private string? WhyExceeded(int epoch) => TrialLimits.WhyExceeded(Spec.Limits, Request.Used + Meter.Total(0), epoch);

    private Dictionary<string, string> Variables()
    {
        var random = new KeyedRandom(Spec.Seed, "command", Request.RandomTrial ?? Request.Trial);
        var variables = new Dictionary<string, string>
        {
            ["DTRAIN_POINT"] = Folder.PointFile,
            ["DTRAIN_CHECKPOINT"] = Folder.Root,
            ["DTRAIN_FROM_EPOCH"] = Text(Epoch),
            ["DTRAIN_TO_EPOCH"] = Text(Request.ToEpoch),
            ["DTRAIN_SEED"] = Text(random.NextInt32(int.MaxValue)),
            ["DTRAIN_THREADS"] = Text(Threads),
            ["OMP_NUM_THREADS"] = Text(Threads),
            // Python writes lines to a pipe only once there are many; epochs are to be seen as they are done.
            ["PYTHONUNBUFFERED"] = "1",
        };
        // A command that has telemetry of its own joins the trace.
        if (Activity.Current?.Id is { } span)
            variables["TRACEPARENT"] = span;
        return variables;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private Ending Failed(string reason) => new(SliceOutcome.Failed, Explain(reason));

    /// <summary>The last thing that a command said is mostly why.</summary>
    private string Explain(string reason) => command is not { LastLine.Length: > 0 }
        ? reason
        : $"{reason}: {command.LastLine}{Environment.NewLine}The end of its log:{Environment.NewLine}{command.Log}";

    private SliceResult Result(Ending ending) =>
        Checkpoints.Result(ending.Outcome, Meter.Total(Math.Max(0, Epoch - Request.FromEpoch)), ending.Reason) with { IsOver = ending.IsOver };

    /// <param name="Outcome">How the slice ends.</param>
    /// <param name="Reason">Why, as a sentence for the user.</param>
    /// <param name="IsOver">Whether nothing comes after it.</param>
    private sealed record Ending(SliceOutcome Outcome, string? Reason = null, bool IsOver = false);
}
