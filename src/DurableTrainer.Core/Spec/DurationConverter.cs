using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml;

namespace DurableTrainer.Core.Spec;

/// <summary>Durations as ISO 8601 writes them: <c>PT30M</c>, <c>P1DT12H</c>. Years and months, which have no fixed length, are refused.</summary>
internal sealed partial class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && Form().IsMatch(text))
        {
            try
            {
                return XmlConvert.ToTimeSpan(text);
            }
            catch (Exception exception) when (exception is OverflowException or FormatException)
            {
                throw new JsonException("is longer than a duration can be");
            }
        }

        throw new JsonException("must be an ISO 8601 duration such as \"PT30M\" (30 minutes) or \"P1DT12H\" (a day and a half)");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));

    [GeneratedRegex(@"^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
