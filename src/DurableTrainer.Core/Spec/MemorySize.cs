using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Spec;

/// <summary>A number of bytes; in JSON a number, or text with a unit: <c>512MiB</c>, <c>1.5GB</c>.</summary>
[JsonConverter(typeof(MemorySizeConverter))]
public readonly record struct MemorySize(long Bytes)
{
    private static readonly (string Name, double Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1),
    ];

    /// <summary>Reads <c>512MiB</c>, <c>1.5 GB</c>, <c>1024</c>. Units count in any case; a broken number of bytes is rounded.</summary>
    public static bool TryParse(string text, out MemorySize size)
    {
        text = text.Trim();
        var (factor, digits) = (1.0, text);
        foreach (var unit in Units)
        {
            if (text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase))
            {
                (factor, digits) = (unit.Bytes, text[..^unit.Name.Length].TrimEnd());
                break;
            }
        }

        size = default;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * factor >= long.MaxValue)
            return false;
        size = new MemorySize((long)Math.Round(number * factor));
        return true;
    }

    /// <summary>In the largest binary unit that divides it, otherwise in bytes: <c>512MiB</c>, <c>1500</c>.</summary>
    public override string ToString()
    {
        foreach (var (name, unit) in Units[..4])
        {
            if (Bytes >= unit && Bytes % (long)unit == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes / (long)unit}{name}");
        }

        return Bytes.ToString(CultureInfo.InvariantCulture);
    }
}

internal sealed class MemorySizeConverter : JsonConverter<MemorySize>
{
    public override MemorySize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var bytes) => new MemorySize(bytes),
        JsonTokenType.String when MemorySize.TryParse(reader.GetString()!, out var size) => size,
        _ => throw new JsonException("must be a size such as \"512MiB\" or \"1.5GB\", or a whole number of bytes"),
    };

    public override void Write(Utf8JsonWriter writer, MemorySize value, JsonSerializerOptions options)
    {
        var text = value.ToString();
        if (char.IsAsciiLetter(text[^1]))
            writer.WriteStringValue(text);
        else
            writer.WriteNumberValue(value.Bytes);
    }
}
