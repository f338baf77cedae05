using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Adaptation;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning;

/// <summary>What happens with a trial after a report: first whether it goes on at all, then with which model and point.</summary>
internal sealed class Verdicts(SearchSettings settings, UnitSpace space, Scheduler scheduler, Slices slices, Replay? replay)
{
    private readonly TakeOver? takeOver = settings.Adaptation is null ? null : new TakeOver(settings, space);

    /// <param name="state">With the report.</param>
    /// <param name="report">What was reported last.</param>
    public Decision Of(TunerState state, TrialReport report)
    {
        var notFinite = settings.Objectives.Where((_, i) => !double.IsFinite(report.Values[i])).FirstOrDefault();
        if (notFinite is not null)
        {
            return new Decision
            {
                Verdict = Verdict.Stop,
                Reason = $"stopped at epoch {report.Epoch}: {notFinite.Metric} is not a finite number",
            };
        }

        if (replay is not null)
            return replay.After(report.Epoch);
        var target = Objectives.TargetMet(settings.Objectives, report.Values);
        var trial = state.Trials[report.Trial];
        var maxEpochs = slices.EpochsOf(trial);
        if (report.Epoch >= maxEpochs || target is not null)
            return new Decision { Verdict = Verdict.Complete, Reason = target, EndsExperiment = target };

        var others = state.Trials
            .Select((other, number) => new Curve(number, () => slices.EpochsOf(other), other.Rungs))
            .Where(other => other.Trial != report.Trial && other.Reports.Count > 0)
            .ToList();
        var ruling = scheduler.Rule(new Standing(settings.Objectives, new Curve(report.Trial, () => maxEpochs, trial.Rungs), others));
        return ruling is { Stops: true }
            ? new Decision { Verdict = Verdict.Stop, Reason = ruling.Reason }
            : GoesOn(state, report, maxEpochs, others, ruling?.Reason);
    }

    private Decision GoesOn(TunerState state, TrialReport report, int maxEpochs, List<Curve> others, string? because)
    {
        var model = report.Trial;
        var decision = new Decision { Verdict = Verdict.Continue };
        if (slices.IsMilestone(report.Epoch, maxEpochs) && takeOver!.At(state, report.Trial, report.Epoch) is var (adjustment, reason))
        {
            decision = decision with { Adjustment = adjustment, Reason = reason };
            // The donor's point may be one of more epochs, or fewer.
            maxEpochs = slices.EpochsOf(adjustment.Point);
            model = adjustment.From!.Value.Trial;
        }

        var (toEpoch, leavesMilestone) = slices.After(report.Trial, report.Epoch, maxEpochs);
        // Of the model that goes on: where it was taken over, it goes on from what the donor had.
        List<RungValue> reports = [.. state.Trials[model].Rungs.TakeWhile(rung => rung.Epoch <= report.Epoch)
            .Select(rung => rung.Epoch == report.Epoch ? rung : rung with { Values = Lineage.ValuesFrom(state.Trials, model, rung) })];
        return decision with
        {
            ToEpoch = toEpoch,
            Reason = decision.Reason ?? $"continues to epoch {toEpoch}{(because is null ? "" : $": {because}")}",
            LeavesMilestone = leavesMilestone,
            Promise = Prospect.Of(settings.Objectives, reports, others, toEpoch),
        };
    }
}
