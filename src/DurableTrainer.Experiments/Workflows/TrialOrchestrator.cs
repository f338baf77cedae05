using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>One trial: slice after slice, with a decision of the tuner after each.</summary>
internal sealed class TrialOrchestrator : Orchestrator<TrialInput, TrialResult>
{
    public override async Task<TrialResult> RunAsync(OrchestrationContext context, TrialInput input)
    {
        var trial = input.Proposal.Trial;
        var records = new List<Task>();
        Record(ExperimentEventType.TrialStarted, "started", e => e with { Point = input.Proposal.Point, Origin = input.Proposal.Origin });

        var used = Usage.None;
        var request = FirstSlice(input);
        SliceResult? slice = null;
        var (lost, losses, furthest) = (0, 0, 0);
        while (true)
        {
            SliceResult result;
            try
            {
                result = await context.CallAsync(WorkflowNames.RunSlice.In(input.Pool), request);
            }
            catch (ActivityFailedException exception)
            {
                return await EndAsync(TrialStatus.Failed, exception.Failure.Message);
            }

            if (result.Outcome == SliceOutcome.Lost)
            {
                // A slice that comes further each time is worth any number of workers; one that does not is what loses them.
                losses = result.Epoch > furthest ? 1 : losses + 1;
                furthest = Math.Max(furthest, result.Epoch);
                var isGivenUp = losses > input.Retries;
                Record(ExperimentEventType.WorkerLost, $"lost-{++lost}", e => e with
                {
                    Slice = request.Slice,
                    Epoch = result.Epoch,
                    Message = result.Reason,
                });
                if (isGivenUp)
                    return await EndAsync(TrialStatus.Failed, result.Reason);
                continue;
            }

            used += result.Usage;
            // A slice that was stopped before it began has nothing to show; what the one before left still counts.
            if (slice is null || result.Checkpoint is not null)
                slice = result;
            switch (result.Outcome)
            {
                case SliceOutcome.Failed:
                    return await EndAsync(TrialStatus.Failed, result.Reason);
                case SliceOutcome.Stopped:
                    return await EndAsync(TrialStatus.Cancelled, result.Reason);
                case SliceOutcome.NonFinite:
                    var isWorthKeeping = input.Objectives[0].Reduce == Reduction.Best && result.Best is not null;
                    return await EndAsync(isWorthKeeping ? TrialStatus.Stopped : TrialStatus.Failed, result.Reason);
            }

            var values = Objectives.ValuesIn(input.Objectives, Counted(input.Objectives, slice).Metrics);
            var decision = await context.CallAsync(
                WorkflowNames.Tuner(input.Experiment), WorkflowNames.Report, new TrialReport(trial, request.Slice, slice.Epoch, values));
            Record(ExperimentEventType.SliceEnded, $"slice-{request.Slice}", e => e with
            {
                Slice = request.Slice,
                Epoch = slice.Epoch,
                Value = double.IsFinite(values[0]) ? values[0] : null,
                Values = Objectives.ByMetric(input.Objectives, values),
                Message = decision.Reason ?? (decision.Verdict == Verdict.Continue ? $"continues to epoch {decision.ToEpoch}" : "reached its last epoch"),
            });
            if (decision.Verdict != Verdict.Continue)
            {
                return await EndAsync(
                    decision.Verdict == Verdict.Complete ? TrialStatus.Completed : TrialStatus.Stopped, decision.Reason, decision.EndsExperiment);
            }

            request = NextSlice(request, slice, used, decision.ToEpoch, input.MaxWallClock);
        }

        void Record(ExperimentEventType type, string id, Func<ExperimentEvent, ExperimentEvent> complete) =>
            // Not awaited before the next slice: the log may lag behind training, but never holds it up.
            records.Add(context.CallAsync(WorkflowNames.RecordEvents, new EventBatch(input.Experiment, [complete(Event(type, id))])));

        ExperimentEvent Event(ExperimentEventType type, string id) =>
            new() { Id = $"trial-{trial}/{id}", Time = context.UtcNow, Type = type, Trial = trial };

        async Task<TrialResult> EndAsync(TrialStatus status, string? reason, string? endsExperiment = null)
        {
            await Task.WhenAll(records);
            var summary = Summarise(input, status, slice, used, reason);
            var ended = Event(ExperimentEventType.TrialEnded, "ended") with
            {
                Epoch = summary.Epochs,
                Value = summary.Value,
                Values = summary.Values,
                Status = Lower(status),
                Message = reason,
            };
            await context.CallAsync(WorkflowNames.EndTrial, new TrialEnding(input.Experiment, summary, ended));
            var answer = await context.CallAsync(WorkflowNames.Tuner(input.Experiment), WorkflowNames.End, new TrialEnd(trial, status, slice?.Flops));
            return new TrialResult
            {
                Trial = trial,
                Status = status,
                Value = summary.Value,
                Values = summary.Value is null ? null : Objectives.ValuesIn(input.Objectives, summary.Metrics!),
                Checkpoint = summary.Checkpoint,
                Usage = used,
                EndsExperiment = endsExperiment ?? answer.Converged,
            };
        }
    }

    private static SliceRequest FirstSlice(TrialInput input) => new()
    {
        Experiment = input.Experiment,
        Trial = input.Proposal.Trial,
        Slice = 0,
        Point = input.Proposal.Point!,
        FromEpoch = 0,
        ToEpoch = input.Proposal.ToEpoch,
        MaxWallClock = input.MaxWallClock,
    };

    private static SliceRequest NextSlice(SliceRequest before, SliceResult result, Usage used, int toEpoch, TimeSpan? maxWallClock) => before with
    {
        Slice = before.Slice + 1,
        FromEpoch = result.Epoch,
        ToEpoch = toEpoch,
        Used = used,
        MaxWallClock = maxWallClock - used.WallClock,
    };

    /// <summary>The epoch whose values count: one for all objectives, so that they belong to one model.</summary>
    private static BestEpoch Counted(IReadOnlyList<ObjectiveSpec> objectives, SliceResult slice) =>
        objectives[0].Reduce == Reduction.Best && slice.Best is { } best ? best : new BestEpoch(slice.Epoch, slice.Metrics, slice.Checkpoint!);

    private static TrialSummary Summarise(TrialInput input, TrialStatus status, SliceResult? slice, Usage used, string? reason)
    {
        var summary = new TrialSummary
        {
            Trial = input.Proposal.Trial,
            Status = status,
            Point = input.Proposal.Point!,
            Origin = input.Proposal.Origin,
            Epochs = slice?.Epoch ?? 0,
            Reason = FirstLine(reason),
            Usage = used,
        };
        if (slice is null || status == TrialStatus.Failed || slice.Checkpoint is null)
            return summary;
        var counted = Counted(input.Objectives, slice);
        var values = Objectives.ValuesIn(input.Objectives, counted.Metrics);
        var isFinite = Array.TrueForAll(values, double.IsFinite);
        return summary with
        {
            Value = isFinite ? values[0] : null,
            Values = isFinite ? Objectives.ByMetric(input.Objectives, values) : null,
            BestEpoch = counted.Epoch,
            Metrics = counted.Metrics,
            Checkpoint = counted.Checkpoint,
        };
    }

    /// <summary>The end of a worker's log belongs to the event: a result says the same for the same experiment.</summary>
    private static string? FirstLine(string? reason) => reason?.Split('\n', 2)[0].TrimEnd('\r');

    private static string Lower(TrialStatus status) => status.ToString().ToLowerInvariant();
}
