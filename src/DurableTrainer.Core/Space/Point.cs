using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Space;

/// <summary>
/// One assignment of values to the active parameters of a space, in the order of the space. Conditional parameters that are not
/// active are absent. Two points are equal when they assign the same values.
/// </summary>
[JsonConverter(typeof(PointConverter))]
public sealed class Point : IReadOnlyCollection<KeyValuePair<string, ParameterValue>>, IEquatable<Point>
{
    private readonly KeyValuePair<string, ParameterValue>[] values;

    public Point(IEnumerable<KeyValuePair<string, ParameterValue>> values) => this.values = [.. values];

    public static Point Empty { get; } = new([]);

    public int Count => values.Length;

    /// <exception cref="KeyNotFoundException">The parameter is unknown or not active in this point.</exception>
    public ParameterValue this[string name] =>
        TryGet(name, out var value) ? value : throw new KeyNotFoundException($"Parameter '{name}' has no value in this point.");

    public bool TryGet(string name, [MaybeNullWhen(false)] out ParameterValue value)
    {
        foreach (var pair in values)
        {
            if (pair.Key == name)
            {
                value = pair.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool Contains(string name) => TryGet(name, out _);

    public IEnumerator<KeyValuePair<string, ParameterValue>> GetEnumerator() => values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Point? other) =>
        other is not null && other.Count == Count && values.All(pair => other.TryGet(pair.Key, out var value) && value == pair.Value);

    public override bool Equals(object? obj) => Equals(obj as Point);

    public override int GetHashCode() => values.Aggregate(Count, (hash, pair) => hash ^ HashCode.Combine(pair.Key, pair.Value));

    /// <summary><c>optimizer=sgd learningRate=0.01</c></summary>
    public override string ToString() => string.Join(' ', values.Select(pair => $"{pair.Key}={pair.Value}"));
}

internal sealed class PointConverter : JsonConverter<Point>
{
    public override Point Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("must be an object of parameter names and values");
        var values = new List<KeyValuePair<string, ParameterValue>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            values.Add(new(name, JsonSerializer.Deserialize<ParameterValue>(ref reader, options)));
        }

        return new Point(values);
    }

    public override void Write(Utf8JsonWriter writer, Point value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, item) in value)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, item, options);
        }

        writer.WriteEndObject();
    }
}
