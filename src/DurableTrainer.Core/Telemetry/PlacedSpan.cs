using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DurableTrainer.Core.Telemetry;

/// <summary>
/// Starts spans at their <see cref="SpanPlace"/>. The platform draws ids of spans at random and lets nobody choose one (dotnet/runtime
/// offers a generator for ids of traces only), so the id is written into the field behind <see cref="Activity.SpanId"/>. A test holds
/// this against the platform.
/// </summary>
public static class PlacedSpan
{
    /// <summary>The trace that a span is being started in on this thread.</summary>
    [ThreadStatic]
    private static ActivityTraceId? wanted;

    static PlacedSpan()
    {
        var others = Activity.TraceIdGenerator;
        Activity.TraceIdGenerator = () => wanted ?? others?.Invoke() ?? ActivityTraceId.CreateRandom();
    }

    /// <summary>Starts a span, which becomes the current one until it is stopped.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">What it is: few different ones.</param>
    /// <param name="start">When it began.</param>
    /// <returns>Null where nobody listens, or its trace is not sampled.</returns>
    public static Activity? Start(SpanPlace place, string name, DateTimeOffset start)
    {
        if (!Signals.Source.HasListeners())
            return null;
        // Else it would take what goes on here (a request to the service, say) for its parent.
        Activity.Current = null;
        wanted = place.Trace;
        try
        {
            var activity = place.Parent == default
                ? Signals.Source.CreateActivity(name, ActivityKind.Internal, default(ActivityContext))
                : Signals.Source.CreateActivity(name, ActivityKind.Internal, new ActivityContext(place.Trace, place.Parent, FlagsOfTrace()));
            if (activity is null)
                return null;
            activity.SetStartTime(start.UtcDateTime);
            activity.Start();
            Place(activity, place);
            return activity;
        }
        finally
        {
            wanted = null;
        }
    }

    /// <summary>Tells of a span that is over.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">What it is: few different ones.</param>
    /// <param name="start">When it began.</param>
    /// <param name="end">When it ended.</param>
    /// <param name="describe">Adds what there is to say; not called where nobody listens.</param>
    public static void Tell(SpanPlace place, string name, DateTimeOffset start, DateTimeOffset end, Action<Activity> describe)
    {
        var current = Activity.Current;
        try
        {
            if (Start(place, name, start) is not { } activity)
                return;
            describe(activity);
            activity.SetEndTime((end < start ? start : end).UtcDateTime);
            activity.Stop();
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Moves a span that has not been stopped yet.</summary>
    public static void Place(Activity activity, SpanPlace place)
    {
        SpanIdOf(activity) = place.Span.ToHexString();
        // It is made of the others when it is asked for.
        IdOf(activity) = null;
    }

    /// <summary>
    /// Whether the trace is sampled, as the sampler says of its outermost span: a pure function of its id for all standard samplers, so
    /// that every process comes to the same answer.
    /// </summary>
    private static ActivityTraceFlags FlagsOfTrace() =>
        Signals.Source.CreateActivity("experiment", ActivityKind.Internal, default(ActivityContext))?.ActivityTraceFlags ?? ActivityTraceFlags.None;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref string? IdOf(Activity activity);
}
