using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// Runs slices: takes up a trial at its newest good checkpoint, trains epoch after epoch, and leaves metrics and checkpoints behind.
/// Running a slice twice leaves what running it once leaves.
/// </summary>
internal sealed class SliceRunner(ArtifactStore store, TimeProvider time, TextWriter log, WorkerEquipment equipment)
{
    private const string Stopped = "the experiment was stopped";
    private const string OutOfMemory = "memory ran out: this point needs more than the worker can get; limits.memory keeps such points from being tried";

    private readonly ExperimentCache experiments = new(store, equipment);
    private readonly CommandRunner commands = new(store, equipment.Place, time, log);

    /// <param name="request">The slice.</param>
    /// <param name="report">Told about every epoch.</param>
    /// <param name="stop">Returns early, at the next step; the experiment's stop flag does so before the next epoch.</param>
    /// <param name="threads">What it computes with; those that the request names when null.</param>
    public async Task<SliceResult> RunAsync(SliceRequest request, Action<EpochReport> report, CancellationToken stop, SliceThreads? threads = null)
    {
        threads ??= new SliceThreads(request.Threads, "as asked for");
        var meter = new UsageMeter(time, equipment);
        var experiment = await experiments.GetAsync(request.Experiment);
        if (experiment.Spec.Training.RunsCommand)
            return await commands.RunAsync(request, experiment, report, threads, stop);
        var checkpoints = new TrialCheckpoints(store, request, experiment.Spec.Objective);
        try
        {
            var result = await TrainAsync(request, experiment, checkpoints, meter, report, threads, stop);
            return result with { Grants = threads.Grants };
        }
        catch (ImpossiblePointException impossible)
        {
            return await LeaveAsync(request, checkpoints, meter, SliceOutcome.Failed, impossible.Message);
        }
        catch (InsufficientMemoryException insufficient)
        {
            // A processor with memory of its own says so.
            return await LeaveAsync(request, checkpoints, meter, SliceOutcome.Failed, insufficient.Message);
        }
        catch (OutOfMemoryException)
        {
            // Trying again would end the same; what the trial had allocated is garbage now.
            return await LeaveAsync(request, checkpoints, meter, SliceOutcome.Failed, OutOfMemory);
        }
    }

    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(EvaluationRequest request)
    {
        var experiment = await experiments.GetAsync(request.Experiment);
        using var session = request.Rival is { } rival
            ? experiment.CreateSession(await experiments.ReadAsync(rival.Spec, rival.Data), rival.Point, request.Point, request.Threads)
            : experiment.CreateSession(request.Point, request.Trial, request.Threads);
        var checkpoint = await TrialCheckpoints.ReadAsync(store, request.Checkpoint);
        // A rival is measured because it was trained on other data.
        session.Restore(request.Rival is null ? checkpoint : checkpoint with { DataSha256 = null });
        var split = experiment.SplitAt(request.Point);
        return request.OnValidation ? session.Evaluate(split.Validation, "validation") : session.Evaluate(split.Test, "test");
    }

    private async Task<SliceResult> TrainAsync(
        SliceRequest request, LoadedExperiment experiment, TrialCheckpoints checkpoints, UsageMeter meter, Action<EpochReport> report,
        SliceThreads threads, CancellationToken stop)
    {
        if (await store.ExistsAsync(ArtifactPaths.Stop(request.Experiment), CancellationToken.None))
        {
            // Before the data is touched: stopping must not need it.
            return await LeaveAsync(request, checkpoints, meter, SliceOutcome.Stopped, Stopped);
        }

        PeakMemory.StartOver(collect: experiment.Spec.Limits.Memory is not null);
        if (TrialLimits.WhyTooLarge(experiment.Spec.Limits, experiment.CountParameters(request.Point)) is { } tooLarge)
            return await LeaveAsync(request, checkpoints, meter, SliceOutcome.Failed, tooLarge);

        using var session = experiment.CreateSession(request.Point, request.RandomTrial ?? request.Trial, request.Threads, request.IsInGaps);
        var flopsOfEpoch = TrainingWork.FlopsOfEpoch(session.Graph, experiment.SplitAt(request.Point));
        var metrics = await MetricsLog.OpenAsync(store, request.Experiment, request.Trial);
        var limits = new TrialLimits(experiment.Spec.Limits, request.Used, meter);
        using var watch = new LimitWatch(limits, time, stop) { Epoch = request.FromEpoch + 1 };
        await WarnAsync(await checkpoints.RestoreAsync(session.Restore));
        var updates = await UpdateLog.OpenAsync(store, request, session);
        // Epochs of an attempt that was cut short were trained all the same.
        meter.Add(metrics.UsageOf(request.FromEpoch, session.Epoch));
        var objectives = experiment.Spec.Objective;
        while (session.Epoch < request.ToEpoch)
        {
            if (await WhyStopAsync(request, meter) is { } reason)
                return await SaveAsync(SliceOutcome.Stopped, reason);
            await checkpoints.SaveIfDueAsync(session, time);
            session.UseThreads(threads.Take(session.Epoch));
            watch.Epoch = session.Epoch + 1;
            var epoch = session.RunEpoch(watch.Stop);
            if (epoch.Outcome == EpochOutcome.NonFinite)
                return await SaveAsync(SliceOutcome.NonFinite, epoch.Reason);
            if (epoch.Outcome == EpochOutcome.Stopped && watch.Exceeded is { } past)
                return Done(SliceOutcome.Failed, past);
            if (epoch.Outcome == EpochOutcome.Stopped)
                return await SaveAsync(SliceOutcome.Stopped, "the host stopped");

            var measured = new EpochReport(session.Epoch, session.Step, time.GetUtcNow(), epoch.Metrics, meter.Lap());
            if (updates is not null)
                await updates.AppendAsync();
            await metrics.AppendAsync(measured);
            report(measured);
            checkpoints.Observe(session, epoch.Metrics);
            if (limits.WhyExceeded(session.Epoch) is { } exceeded)
                return Done(SliceOutcome.Failed, exceeded);
            // By the epoch that counts: with several objectives another one may reach the targets.
            var counted = objectives[0].Reduce == Reduction.Best ? checkpoints.Best!.Metrics : epoch.Metrics;
            if (Objectives.AreReached(objectives, Objectives.ValuesIn(objectives, counted)))
                break;
        }

        var completed = await SaveAsync(SliceOutcome.Completed, null);
        if (request.LeavesMilestone && session.Epoch == request.ToEpoch)
            await checkpoints.LeaveMilestoneAsync();
        return completed;

        async Task<SliceResult> SaveAsync(SliceOutcome outcome, string? reason)
        {
            await checkpoints.SaveAsync(session);
            await TimelineFiles.WriteAsync(store, request, session);
            return Done(outcome, reason);
        }

        SliceResult Done(SliceOutcome outcome, string? reason) =>
            Result(request, checkpoints, meter, outcome, reason) with
            {
                Flops = checkpoints.Epoch * flopsOfEpoch,
                InputChanges = session.InputChanges,
                Plans = session.Plans,
            };
    }

    /// <summary>Trains nothing: what was there before counts, and what was taken over is the trial's own from here on.</summary>
    private async Task<SliceResult> LeaveAsync(
        SliceRequest request, TrialCheckpoints checkpoints, UsageMeter meter, SliceOutcome outcome, string reason)
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

        return Result(request, checkpoints, meter, outcome, reason);
    }

    private async Task WarnAsync(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
            await log.WriteLineAsync(warning);
    }

    private static SliceResult Result(SliceRequest request, TrialCheckpoints checkpoints, UsageMeter meter, SliceOutcome outcome, string? reason) =>
        checkpoints.Result(outcome, meter.Total(Math.Max(0, checkpoints.Epoch - request.FromEpoch)), reason);

    private async Task<string?> WhyStopAsync(SliceRequest request, UsageMeter meter) =>
        await store.ExistsAsync(ArtifactPaths.Stop(request.Experiment)) ? Stopped
        : request.MaxWallClock is { } bound && meter.Elapsed >= bound ? "the experiment's time is spent"
        : null;
}
