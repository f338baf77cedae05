using System.Globalization;

namespace DurableTrainer.Cli.Tests.Telemetry;

/// <summary>A span as a collector gets it; fields by opentelemetry/proto/trace/v1/trace.proto.</summary>
internal sealed record ExportedSpan(
    string Trace, string Id, string Parent, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> Events, IReadOnlyDictionary<string, string> Resource)
{
    public string Role => Resource["durabletrainer.role"];

    public static ExportedSpan Read(ProtobufMessage span, IReadOnlyDictionary<string, string> resource) => new(
        span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(7)!.Value, span.Number(8)!.Value, AttributesIn(span, 9),
        [.. span.Messages(11).Select(happened => happened.Text(2))], resource);

    /// <summary>Attributes that are texts or whole numbers, as texts.</summary>
    public static IReadOnlyDictionary<string, string> AttributesIn(ProtobufMessage message, int field)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var attribute in message.Messages(field))
        {
            var value = attribute.Messages(2).Single();
            attributes[attribute.Text(1)] = value.Number(3)?.ToString(CultureInfo.InvariantCulture) ?? value.Text(1);
        }

        return attributes;
    }
}
