using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>A trial as its last slice left it.</summary>
/// <param name="Slice">What the slice came to.</param>
/// <param name="Point">What it trained with.</param>
/// <param name="Earlier">How the model was trained before it trained with that; empty when that was all along.</param>
internal sealed record TrainedTrial(SliceResult Slice, Point Point, IReadOnlyList<Segment> Earlier)
{
    /// <summary>The epoch whose values count: one for all objectives, so that they belong to one model.</summary>
    public BestEpoch Counted(IReadOnlyList<ObjectiveSpec> objectives) =>
        objectives[0].Reduce == Reduction.Best && Slice.Best is { } best ? best : new BestEpoch(Slice.Epoch, Slice.Metrics, Slice.Checkpoint!);

    /// <summary>What is kept of a trial that has ended.</summary>
    /// <param name="input">The trial.</param>
    /// <param name="trained">Where it stood; null when it never trained.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="used">What all its slices used.</param>
    /// <param name="reason">Why it ended before its last epoch.</param>
    public static TrialSummary Summarise(TrialInput input, TrainedTrial? trained, TrialStatus status, Usage used, string? reason)
    {
        var summary = new TrialSummary
        {
            Trial = input.Proposal.Trial,
            Status = status,
            Point = trained?.Point ?? input.Proposal.Point!,
            Origin = input.Proposal.Origin,
            Epochs = trained?.Slice.Epoch ?? 0,
            Lineage = trained?.Lineage(input.Proposal.Trial),
            Reason = FirstLine(reason),
            Usage = used,
        };
        if (trained?.Slice.Checkpoint is null || status == TrialStatus.Failed)
            return summary;
        var counted = trained.Counted(input.Objectives);
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

    private IReadOnlyList<Segment>? Lineage(int trial)
    {
        if (Earlier.Count == 0)
            return null;
        var from = Earlier[^1].ToEpoch;
        return Slice.Epoch > from ? [.. Earlier, new Segment(trial, from, Slice.Epoch, Point)] : Earlier;
    }

    /// <summary>The end of a worker's log belongs to the event: a result says the same for the same experiment.</summary>
    private static string? FirstLine(string? reason) => reason?.Split('\n', 2)[0].TrimEnd('\r');
}
