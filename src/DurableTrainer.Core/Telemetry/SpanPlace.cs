using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace DurableTrainer.Core.Telemetry;

/// <summary>
/// Where a span stands in its trace. Experiments and trials outlast processes, and what a process tells may be told again after a crash:
/// so no id is random. Whoever knows when an experiment began knows all ids, and what is told twice is told with the same one.
/// </summary>
/// <param name="Trace">The experiment's trace.</param>
/// <param name="Span">The span.</param>
/// <param name="Parent">The span around it; default for the outermost one.</param>
public readonly record struct SpanPlace(ActivityTraceId Trace, ActivitySpanId Span, ActivitySpanId Parent = default)
{
    /// <param name="experiment">Its id, which is unique in one data folder only.</param>
    /// <param name="began">When the first thing happened in it.</param>
    public static SpanPlace OfExperiment(string experiment, DateTimeOffset began)
    {
        Span<byte> ticks = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(ticks, began.UtcTicks);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. ticks, .. Encoding.UTF8.GetBytes(experiment)], hash);
        return new(ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(hash[16..24]));
    }

    /// <summary>A span inside of this one.</summary>
    /// <param name="name">Tells it from others there.</param>
    public SpanPlace Child(string name)
    {
        Span<byte> path = stackalloc byte[24];
        Trace.CopyTo(path[..16]);
        Span.CopyTo(path[16..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. path, .. Encoding.UTF8.GetBytes(name)], hash);
        return new(Trace, ActivitySpanId.CreateFromBytes(hash[..8]), Span);
    }

    public SpanPlace OfTrial(int trial) => Child($"trial/{trial}");

    public SpanPlace OfSlice(int slice) => Child($"slice/{slice}");

    /// <summary>As a message carries it: the header <c>traceparent</c> of W3C Trace Context. Who reads it knows no parent, and needs none.</summary>
    public override string ToString() => $"00-{Trace}-{Span}-01";

    /// <returns>Null for what is no such text.</returns>
    public static SpanPlace? Read(string? text) =>
        ActivityContext.TryParse(text, null, out var context) ? new(context.TraceId, context.SpanId) : null;
}
