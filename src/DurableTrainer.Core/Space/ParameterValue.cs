using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Space;

/// <summary>One value of a parameter: a number, a string or a boolean.</summary>
[JsonConverter(typeof(ParameterValueConverter))]
public readonly record struct ParameterValue
{
    private readonly double number;
    private readonly string? text;

    private ParameterValue(JsonValueKind kind, double number, string? text) => (Kind, this.number, this.text) = (kind, number, text);

    /// <summary><see cref="JsonValueKind.Number"/>, <see cref="JsonValueKind.String"/>, <see cref="JsonValueKind.True"/> or <see cref="JsonValueKind.False"/>.</summary>
    public JsonValueKind Kind { get; }

    public bool IsNumber => Kind == JsonValueKind.Number;

    /// <exception cref="InvalidOperationException">It is not a number.</exception>
    public double Number => IsNumber ? number : throw new InvalidOperationException($"{this} is not a number.");

    public static implicit operator ParameterValue(double value) => new(JsonValueKind.Number, value, null);

    public static implicit operator ParameterValue(string value) => new(JsonValueKind.String, 0, value);

    public static implicit operator ParameterValue(bool value) => new(value ? JsonValueKind.True : JsonValueKind.False, 0, null);

    /// <summary>As it is shown and compared in messages: <c>0.01</c>, <c>adamw</c>, <c>true</c>.</summary>
    public override string ToString() => Kind switch
    {
        JsonValueKind.Number => number.ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.String => text!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "undefined",
    };
}

internal sealed class ParameterValueConverter : JsonConverter<ParameterValue>
{
    public override ParameterValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetDouble(),
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new JsonException("must be a number, a string or a boolean"),
    };

    public override void Write(Utf8JsonWriter writer, ParameterValue value, JsonSerializerOptions options)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Number when value.Number == Math.Floor(value.Number) && Math.Abs(value.Number) < 1L << 53:
                writer.WriteNumberValue((long)value.Number);
                break;
            case JsonValueKind.Number:
                writer.WriteNumberValue(value.Number);
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(value.ToString());
                break;
            default:
                writer.WriteBooleanValue(value.Kind == JsonValueKind.True);
                break;
        }
    }
}
