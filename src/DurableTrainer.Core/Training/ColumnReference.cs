using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Training;

/// <summary>A column of a table by index (negative from the end) or by the name in its header.</summary>
[JsonConverter(typeof(ColumnReferenceConverter))]
public readonly record struct ColumnReference(int Index, string? Name)
{
    public static implicit operator ColumnReference(int index) => new(index, null);

    public static implicit operator ColumnReference(string name) => new(0, name);

    public override string ToString() => Name is null ? $"column {Index}" : $"column '{Name}'";
}

internal sealed class ColumnReferenceConverter : JsonConverter<ColumnReference>
{
    public override ColumnReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number when reader.TryGetInt32(out var index) => index,
        _ => throw new JsonException("must be the index or the name of a column"),
    };

    public override void Write(Utf8JsonWriter writer, ColumnReference value, JsonSerializerOptions options)
    {
        if (value.Name is null)
            writer.WriteNumberValue(value.Index);
        else
            writer.WriteStringValue(value.Name);
    }
}
