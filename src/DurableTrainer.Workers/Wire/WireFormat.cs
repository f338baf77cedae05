using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Workers.Wire;

/// <summary>Messages between pool and worker as lines of JSON.</summary>
internal static class WireFormat
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A diverging trial reports infinite losses.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write<TMessage>(TMessage message) => JsonSerializer.Serialize(message, Options);

    /// <exception cref="JsonException">The line is not a message.</exception>
    public static TMessage Read<TMessage>(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TMessage>(line, Options) ?? throw new JsonException("The line holds null.");
        }
        catch (NotSupportedException exception)
        {
            throw new JsonException("The object does not say which message it is.", exception);
        }
    }
}
