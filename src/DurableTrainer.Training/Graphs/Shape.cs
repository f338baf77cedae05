using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Training.Graphs;

/// <summary>The sizes of a tensor's dimensions, outermost first. Shapes of samples leave the batch out. Equal when all sizes are.</summary>
[JsonConverter(typeof(ShapeConverter))]
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape(params IReadOnlyList<int> sizes) : IReadOnlyList<int>, IEquatable<Shape>
{
    private readonly int[] sizes = [.. sizes];

    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes.ToArray());

    public int Count => sizes.Length;

    public int this[int dimension] => sizes[dimension];

    /// <summary>How many values a tensor of this shape holds; <see cref="long.MaxValue"/> when there are more.</summary>
    public long Size => SizeOf(1);

    /// <summary>How many values so many samples of this shape hold, in the same way.</summary>
    internal long SizeOf(int samples) => sizes.Aggregate((long)samples, (product, size) => Saturating.Product(product, size));

    public bool Equals(Shape? other) => other is not null && sizes.AsSpan().SequenceEqual(other.sizes);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => sizes.Aggregate(sizes.Length, HashCode.Combine);

    public IEnumerator<int> GetEnumerator() => sizes.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>[1, 8, 8]</c></summary>
    public override string ToString() => $"[{string.Join(", ", sizes)}]";
}

internal sealed class ShapeConverter : JsonConverter<Shape>
{
    public override Shape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<int[]>(ref reader, options) ?? []);

    public override void Write(Utf8JsonWriter writer, Shape value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var size in value)
            writer.WriteNumberValue(size);
        writer.WriteEndArray();
    }
}
