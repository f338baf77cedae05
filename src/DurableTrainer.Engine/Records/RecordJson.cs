using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Engine.Records;

/// <summary>How records are written. Apart from the messages' own serializer, so that neither can change the other.</summary>
internal static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // A message may be as deep as its own serializer allows (64), and stands a few levels down in its record.
        MaxDepth = 128,
    };

    public static void Write(Record record, IBufferWriter<byte> buffer)
    {
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Options.Encoder, SkipValidation = true });
        JsonSerializer.Serialize(writer, record, Options);
    }

    public static Record Read(ReadOnlySpan<byte> payload) =>
        JsonSerializer.Deserialize<Record>(payload, Options) ?? throw new JsonException("A frame holds no record.");
}
