using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning.Rows;

/// <summary>Numbers that nobody reads as base64url of their bits, little-endian: half the room of digits, and the same bits again.</summary>
internal sealed class PackedNumbers : JsonConverter<IReadOnlyList<double>>
{
    public override IReadOnlyList<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { } text || !Base64Url.IsValid(text, out var length) || length % sizeof(double) != 0)
            throw new JsonException("Packed numbers must be a string in base64url, eight bytes for each.");
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        var numbers = new double[length / sizeof(double)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        return numbers;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<double> value, JsonSerializerOptions options)
    {
        var bytes = new byte[value.Count * sizeof(double)];
        for (var i = 0; i < value.Count; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), value[i]);
        writer.WriteStringValue(Base64Url.EncodeToString(bytes));
    }
}
