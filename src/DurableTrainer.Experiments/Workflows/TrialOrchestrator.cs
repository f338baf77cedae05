using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>One trial: slice after slice, with a decision of the tuner after each.</summary>
internal sealed class TrialOrchestrator : Orchestrator<TrialInput, TrialResult>
{
    public override Task<TrialResult> RunAsync(OrchestrationContext context, TrialInput input) => new Course(context, input).RunAsync();

    /// <summary>How a trial goes.</summary>
    private sealed class Course(OrchestrationContext context, TrialInput input)
    {
        private readonly int trial = input.Proposal.Trial;
        private readonly TrialLog log = new(context, input.Experiment, input.Proposal.Trial);
        private readonly LostWorkers lost = new(input.Retries);
        private SliceRequest request = Slices.First(input);
        private IReadOnlyList<Segment> earlier = [];
        private IReadOnlyList<Milestone> held = [];
        private TrainedTrial? trained;
        private Usage used = Usage.None;
        private SliceResult? unsettled;
        private string? quotaSpent;

        private EntityId Ledger => WorkflowNames.Ledger(input.Share.Tenant);

        private EntityId Tuner => WorkflowNames.Tuner(input.Experiment);

        public async Task<TrialResult> RunAsync()
        {
            log.Record(ExperimentEventType.TrialStarted, "started", e => e with { Point = input.Proposal.Point, Origin = input.Proposal.Origin });
            while (true)
            {
                SliceResult result;
                try
                {
                    result = await context.CallPoolAsync(WorkflowNames.RunSlice, input.Pool, request);
                }
                catch (ActivityFailedException exception)
                {
                    return await EndAsync(TrialStatus.Failed, exception.Failure.Message);
                }

                if (result.Outcome == SliceOutcome.Lost)
                {
                    log.RecordLost(request.Slice, lost.Count(result.Epoch), result);
                    if (lost.AreTooMany)
                        return await EndAsync(TrialStatus.Failed, result.Reason);
                    continue;
                }

                used += result.Usage;
                unsettled = result;
                // A slice that was stopped before it began has nothing to show; what the one before left still counts.
                if (trained is null || result.Checkpoint is not null)
                    trained = new TrainedTrial(result, request.Point, earlier);
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

                var values = Objectives.ValuesIn(input.Objectives, trained.Counted(input.Objectives).Metrics);
                var decision = await context.CallAsync(Tuner, WorkflowNames.Report, new TrialReport(trial, request.Slice, result.Epoch, values));
                log.TakeSlice(input.Objectives, request, result, values, decision);
                held = decision.Held;
                Release(decision.Released);
                if (decision.Verdict != Verdict.Continue)
                {
                    return await EndAsync(
                        decision.Verdict == Verdict.Complete ? TrialStatus.Completed : TrialStatus.Stopped, decision.Reason, decision.EndsExperiment);
                }

                if (result.IsOver)
                    return await EndAsync(TrialStatus.Completed, result.Reason);
                log.GoOn();
                await SettleAsync(nextEpochs: decision.ToEpoch - result.Epoch);
                if (quotaSpent is not null)
                    return await EndAsync(TrialStatus.Cancelled, quotaSpent);
                earlier = decision.Adjustment?.Lineage ?? earlier;
                request = Slices.Next(input, request, result, decision, used);
            }
        }

        private async Task<TrialResult> EndAsync(TrialStatus status, string? reason, string? endsExperiment = null)
        {
            await SettleAsync(nextEpochs: 0);
            await log.WrittenAsync();
            var summary = TrainedTrial.Summarise(input, trained, status, used, reason);
            var ended = log.Event(ExperimentEventType.TrialEnded, "ended") with
            {
                Epoch = summary.Epochs,
                Value = summary.Value,
                Values = summary.Values,
                Status = status.ToString().ToLowerInvariant(),
                Message = reason,
            };
            await context.CallAsync(WorkflowNames.EndTrial, new TrialEnding(input.Experiment, summary, held, log.End(ended)));
            var answer = await context.CallAsync(Tuner, WorkflowNames.End, new TrialEnd(trial, status, trained?.Slice.Flops, Usage: used));
            Release(answer.Released);
            context.Signal(Ledger, WorkflowNames.EndSettledTrial, new SettledTrial(input.Experiment, trial));
            await log.WrittenAsync();
            return new TrialResult
            {
                Trial = trial,
                Status = status,
                Point = summary.Point,
                Value = summary.Value,
                Values = summary.Value is null ? null : Objectives.ValuesIn(input.Objectives, summary.Metrics!),
                Checkpoint = summary.Checkpoint,
                Usage = used,
                EndsExperiment = endsExperiment ?? answer.Converged,
                QuotaSpent = quotaSpent,
            };
        }

        /// <summary>Charges the slice that was done, if it was not yet.</summary>
        private async Task SettleAsync(int nextEpochs)
        {
            if (unsettled is null)
                return;
            var settlement = new Settlement(input.Experiment, trial, unsettled.Slice, unsettled.Usage, nextEpochs, context.UtcNow);
            unsettled = null;
            quotaSpent = await context.CallAsync(Ledger, WorkflowNames.Settle, settlement);
        }

        private void Release(IReadOnlyList<Milestone> milestones)
        {
            if (milestones.Count > 0)
                log.Follow(context.CallAsync(WorkflowNames.DeleteMilestones, new ReleasedMilestones(input.Experiment, milestones)));
        }
    }
}
