using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// Runs slices: takes up a trial at its newest good checkpoint, trains epoch after epoch, and leaves metrics and checkpoints behind.
/// Running a slice twice leaves what running it once leaves.
/// </summary>
internal sealed class SliceRunner(ArtifactStore store, TimeProvider time, TextWriter log)
{
    private readonly ExperimentCache experiments = new(store);

    /// <param name="request">The slice.</param>
    /// <param name="report">Told about every epoch.</param>
    /// <param name="stop">Returns early, at the next step; the experiment's stop flag does so before the next epoch.</param>
    public async Task<SliceResult> RunAsync(SliceRequest request, Action<EpochReport> report, CancellationToken stop)
    {
        var meter = new UsageMeter(time);
        var experiment = await experiments.GetAsync(request.Experiment);
        PeakMemory.StartOver(collect: experiment.Spec.Limits.Memory is not null);
        try
        {
            using var session = experiment.CreateSession(request.Point, request.Trial, request.Threads);
            return await RunAsync(request, experiment, session, meter, report, stop);
        }
        catch (ImpossiblePointException impossible)
        {
            return new SliceResult
            {
                Trial = request.Trial,
                Slice = request.Slice,
                Outcome = SliceOutcome.Failed,
                Epoch = request.FromEpoch,
                Step = 0,
                Metrics = new Dictionary<string, double>(),
                Usage = meter.Total(epochs: 0),
                EndedAt = time.GetUtcNow(),
                Reason = impossible.Message,
            };
        }
    }

    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(EvaluationRequest request)
    {
        var experiment = await experiments.GetAsync(request.Experiment);
        using var session = experiment.CreateSession(request.Point, request.Trial, request.Threads);
        session.Restore(await TrialCheckpoints.ReadAsync(store, request.Checkpoint));
        return session.Evaluate(experiment.Split(experiment.Spec.Training.Bind(request.Point).Data).Test, "test");
    }

    private async Task<SliceResult> RunAsync(
        SliceRequest request, LoadedExperiment experiment, TrainingSession session, UsageMeter meter, Action<EpochReport> report, CancellationToken stop)
    {
        var checkpoints = new TrialCheckpoints(store, request.Experiment, request.Trial, experiment.Spec.Objective[0]);
        var metrics = await MetricsLog.OpenAsync(store, request.Experiment, request.Trial);
        var limits = new TrialLimits(experiment.Spec.Limits, request.Used, meter);

        if (limits.WhyTooLarge(session.ParameterCount) is { } tooLarge)
            return Result(SliceOutcome.Failed, tooLarge);
        foreach (var warning in await checkpoints.RestoreAsync(session, request.ToEpoch))
            await log.WriteLineAsync(warning);

        while (session.Epoch < request.ToEpoch)
        {
            if (await WhyStopAsync(request, meter) is { } reason)
                return await StopAsync(reason);
            await checkpoints.SaveIfDueAsync(session, time);
            var epoch = session.RunEpoch(stop);
            if (epoch.Outcome == EpochOutcome.Diverged)
                return Result(SliceOutcome.Failed, epoch.Reason);
            if (epoch.Outcome == EpochOutcome.Stopped)
                return await StopAsync("the host stopped");

            var measured = new EpochReport(session.Epoch, session.Step, time.GetUtcNow(), epoch.Metrics, meter.Lap());
            await metrics.AppendAsync(measured);
            report(measured);
            checkpoints.Observe(session, epoch.Metrics);
            if (limits.WhyExceeded(session.Epoch) is { } exceeded)
                return Result(SliceOutcome.Failed, exceeded);
        }

        await checkpoints.SaveAsync(session);
        return Result(SliceOutcome.Completed, null);

        async Task<SliceResult> StopAsync(string reason)
        {
            await checkpoints.SaveAsync(session);
            return Result(SliceOutcome.Stopped, reason);
        }

        SliceResult Result(SliceOutcome outcome, string? reason) => new()
        {
            Trial = request.Trial,
            Slice = request.Slice,
            Outcome = outcome,
            Epoch = session.Epoch,
            Step = session.Step,
            Metrics = checkpoints.LastMetrics,
            Best = checkpoints.Best,
            Checkpoint = checkpoints.LastSaved,
            Usage = meter.Total(session.Epoch - request.FromEpoch),
            EndedAt = time.GetUtcNow(),
            Reason = reason,
        };
    }

    private async Task<string?> WhyStopAsync(SliceRequest request, UsageMeter meter) =>
        await store.ExistsAsync(ArtifactPaths.Stop(request.Experiment)) ? "the experiment was stopped"
        : request.MaxWallClock is { } bound && meter.Elapsed >= bound ? "the experiment's time is spent"
        : null;
}
