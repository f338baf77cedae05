using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Engine.Records;

/// <summary>
/// Puts a string that is JSON already into a record as it stands: escaped it would be half as long again, and unreadable in a journal.
/// </summary>
internal sealed class RawJson : JsonConverter<string>
{
    public override bool HandleNull => true;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value ?? "null", skipInputValidation: true);
}
