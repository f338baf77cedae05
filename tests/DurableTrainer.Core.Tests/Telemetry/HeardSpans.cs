using System.Collections.Concurrent;
using System.Diagnostics;
using DurableTrainer.Core.Telemetry;

namespace DurableTrainer.Core.Tests.Telemetry;

/// <summary>Listens to spans as long as it lives.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ActivityListener listener;
    private readonly ConcurrentQueue<Activity> spans = new();

    public HeardSpans()
        : this(_ => true)
    {
    }

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

    /// <summary>Those of one trace; other tests tell of others meanwhile.</summary>
    public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. spans.Where(span => span.TraceId == trace)];

    public void Dispose() => listener.Dispose();
}
