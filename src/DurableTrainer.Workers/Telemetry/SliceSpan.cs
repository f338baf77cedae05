using System.Diagnostics;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>
/// The span around a slice in its worker. A slice that is left in the middle runs again, perhaps in another process; only the attempt
/// that ends it has the slice's own id, and one that was left has one of its own beside it.
/// </summary>
internal sealed class SliceSpan
{
    private readonly Activity activity;
    private readonly SliceRequest request;
    private readonly SpanPlace trial;
    private readonly DateTimeOffset start;

    private SliceSpan(Activity activity, SliceRequest request, SpanPlace trial, DateTimeOffset start) =>
        (this.activity, this.request, this.trial, this.start) = (activity, request, trial, start);

    /// <returns>Null where nobody listens.</returns>
    public static SliceSpan? Start(SliceRequest request, DateTimeOffset start)
    {
        if (SpanPlace.Read(request.Trace) is not { } trial || PlacedSpan.Start(trial.OfSlice(request.Slice), "slice", start) is not { } activity)
            return null;
        activity.SetTag(SignalNames.ExperimentId, request.Experiment);
        activity.SetTag(SignalNames.Trial, request.Trial);
        activity.SetTag(SignalNames.Slice, request.Slice);
        activity.SetTag(SignalNames.FromEpoch, request.FromEpoch);
        return new(activity, request, trial, start);
    }

    public void Add(EpochReport report)
    {
        var tags = new ActivityTagsCollection { [SignalNames.Epoch] = report.Epoch };
        foreach (var (metric, value) in report.Values)
            tags[metric] = value;
        activity.AddEvent(new ActivityEvent("epoch", report.Time, tags));
    }

    /// <param name="result">What it came to.</param>
    /// <param name="isLeft">Whether it was asked to stop: then it may run again.</param>
    /// <param name="end">When it ended.</param>
    public void End(SliceResult result, bool isLeft, DateTimeOffset end)
    {
        // Even when it came to its end before it noticed: nobody takes the result any more.
        activity.SetTag(SignalNames.SliceOutcome, isLeft && result.Outcome != SliceOutcome.Failed ? "left" : Words.Of(result.Outcome));
        activity.SetTag(SignalNames.Epoch, result.Epoch);
        if (result.Grants is [.., var grant])
            activity.SetTag(SignalNames.Threads, grant.Threads);
        if (result.Reason is { } reason)
            activity.SetTag(SignalNames.Reason, reason);
        if (result.Outcome == SliceOutcome.Failed)
            activity.SetStatus(ActivityStatusCode.Error, result.Reason);
        Stop(isLeft, end);
    }

    /// <summary>The surroundings failed: the slice runs again once they are mended.</summary>
    public void Fail(string message, DateTimeOffset end)
    {
        activity.SetStatus(ActivityStatusCode.Error, message);
        Stop(isLeft: true, end);
    }

    private void Stop(bool isLeft, DateTimeOffset end)
    {
        if (isLeft)
            PlacedSpan.Place(activity, trial.Child($"slice/{request.Slice}/left/{start.UtcTicks}"));
        activity.SetEndTime(end.UtcDateTime);
        activity.Stop();
    }
}
