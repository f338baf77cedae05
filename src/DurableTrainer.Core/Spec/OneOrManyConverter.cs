using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Spec;

/// <summary>A list that may be written as its only item.</summary>
internal sealed class OneOrManyConverter<T> : JsonConverter<IReadOnlyList<T>>, IOneOrMany
{
    public Type ItemType => typeof(T);

    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? JsonSerializer.Deserialize<List<T>>(ref reader, options)!
            : [JsonSerializer.Deserialize<T>(ref reader, options)!];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        if (value.Count == 1)
            JsonSerializer.Serialize(writer, value[0], options);
        else
            JsonSerializer.Serialize(writer, value.AsEnumerable(), options);
    }
}

internal interface IOneOrMany
{
    Type ItemType { get; }
}
