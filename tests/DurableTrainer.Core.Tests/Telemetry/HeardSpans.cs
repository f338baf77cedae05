using System.Collections.Concurrent;
using System.Diagnostics;
using DurableTrainer.Core.Telemetry;

namespace DurableTrainer.Core.Tests.Telemetry;

/// <summary>Listens to spans as long as it lives.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ActivityListener listener;
    private readonly ConcurrentQueue<Activity> spans = new();

    /// <param name="trace">Of all traces, the one to listen to.</param>
    public HeardSpans(ActivityTraceId trace)
        : this(_ => true) =>
        listener.ActivityStopped = span =>
        {
            if (span.TraceId == trace)
                spans.Enqueue(span);
        };

    public HeardSpans(Func<ActivityCreationOptions<ActivityContext>, bool> isSampled)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Signals.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                isSampled(options) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyList<Activity> Spans => [.. spans];

    public void Dispose() => listener.Dispose();
}
