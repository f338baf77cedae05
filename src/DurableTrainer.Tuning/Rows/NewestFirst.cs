using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning.Rows;

/// <summary>
/// A list that grows at its end, written from its end: what is new in it stands at its beginning in JSON, close to what is new at the end
/// of the list before it.
/// </summary>
internal sealed class NewestFirst : JsonConverter<IReadOnlyList<int>>
{
    public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var numbers = JsonSerializer.Deserialize<int[]>(ref reader, options) ?? throw new JsonException("Must be an array.");
        Array.Reverse(numbers);
        return numbers;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var i = value.Count - 1; i >= 0; i--)
            writer.WriteNumberValue(value[i]);
        writer.WriteEndArray();
    }
}
