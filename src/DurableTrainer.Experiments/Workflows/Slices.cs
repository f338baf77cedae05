using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Makes the slices of a trial out of what was proposed and decided.</summary>
internal static class Slices
{
    public static SliceRequest First(TrialInput input) => new()
    {
        Experiment = input.Experiment,
        Trial = input.Proposal.Trial,
        Slice = 0,
        Point = input.Proposal.Point!,
        FromEpoch = 0,
        ToEpoch = input.Proposal.ToEpoch,
        LeavesMilestone = input.Proposal.LeavesMilestone,
        RandomTrial = input.Proposal.RandomTrial,
        Promise = input.Allocation == Allocation.Promising ? new Promise() : null,
        MaxWallClock = input.MaxWallClock,
        Fills = input.Fills,
        Limits = input.Limits,
        Share = input.Share,
    };

    /// <param name="input">The trial.</param>
    /// <param name="before">The slice before.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="decision">To continue, and how.</param>
    /// <param name="used">What all slices so far used.</param>
    public static SliceRequest Next(TrialInput input, SliceRequest before, SliceResult result, Decision decision, Usage used)
    {
        var next = before with
        {
            Slice = before.Slice + 1,
            FromEpoch = result.Epoch,
            ToEpoch = decision.ToEpoch,
            LeavesMilestone = decision.LeavesMilestone,
            Promise = input.Allocation == Allocation.Promising ? PromiseOf(decision, result) : null,
            Used = used,
            MaxWallClock = input.MaxWallClock - used.WallClock,
        };
        if (decision.Adjustment is not { } adjustment)
            return next;
        next = next with { Point = adjustment.Point, PointFromEpoch = result.Epoch, RandomTrial = adjustment.RandomTrial };
        return adjustment.From is null ? next : next with { From = adjustment.From, Branch = before.Branch + 1 };
    }

    /// <summary>The tuner knows gains, the slice what an epoch takes.</summary>
    private static Promise PromiseOf(Decision decision, SliceResult result)
    {
        var promise = decision.Promise ?? new Promise();
        return result.Flops is > 0 and var flops ? promise with { Gain = promise.Gain * result.Epoch / flops } : promise;
    }
}
