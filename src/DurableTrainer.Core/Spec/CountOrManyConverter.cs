using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Spec;

/// <summary>A list that may be written as the number of its items, each with its defaults.</summary>
internal sealed class CountOrManyConverter<T> : JsonConverter<IReadOnlyList<T>>, ICountOrMany
    where T : new()
{
    public Type ItemType => typeof(T);

    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? [.. Enumerable.Range(0, reader.GetInt32()).Select(_ => new T())]
            : JsonSerializer.Deserialize<List<T>>(ref reader, options)!;

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.AsEnumerable(), options);
}

internal interface ICountOrMany
{
    Type ItemType { get; }
}
