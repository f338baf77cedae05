using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning.Quotas;

/// <summary>
/// So much of each resource; of those that are not named, none, or no bound, as the place says. Decimal numbers add up without rounding: what
/// is charged is what was used, to the last digit.
/// </summary>
[JsonConverter(typeof(AmountsConverter))]
public sealed class Amounts : IEquatable<Amounts>
{
    private readonly decimal?[] amounts;

    private Amounts(decimal?[] amounts) => this.amounts = amounts;

    public static Amounts None { get; } = new(new decimal?[Resources.All.Count]);

    /// <summary>Null where the resource is not named.</summary>
    public decimal? this[Resource resource] => amounts[(int)resource];

    public IEnumerable<Resource> Named => Resources.All.Where(resource => this[resource] is not null);

    public decimal Of(Resource resource) => this[resource] ?? 0;

    /// <summary>The same with another amount of one resource; null for not naming it.</summary>
    public Amounts With(Resource resource, decimal? amount)
    {
        decimal?[] changed = [.. amounts];
        changed[(int)resource] = amount;
        return new Amounts(changed);
    }

    /// <summary>Names what either names.</summary>
    public static Amounts operator +(Amounts a, Amounts b) => a.Combine(b, (left, right) => left + right);

    /// <summary>What is left of the first, never less than nothing.</summary>
    public static Amounts operator -(Amounts a, Amounts b) => a.Combine(b, (left, right) => Math.Max(0, left - right));

    public Amounts Only(Func<Resource, bool> isKept) =>
        new([.. Resources.All.Select(resource => isKept(resource) ? this[resource] : null)]);

    public bool Equals(Amounts? other) => other is not null && amounts.AsSpan().SequenceEqual(other.amounts);

    public override bool Equals(object? obj) => Equals(obj as Amounts);

    public override int GetHashCode() => amounts.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(", ", Named.Select(resource => $"{Resources.NameOf(resource)} {Resources.Text(resource, Of(resource))}"));

    private Amounts Combine(Amounts other, Func<decimal, decimal, decimal> combine) =>
        new([.. Resources.All.Select(resource => this[resource] is null && other[resource] is null ? (decimal?)null : combine(Of(resource), other.Of(resource)))]);
}

/// <summary>An object with a number for each resource that is named.</summary>
internal sealed class AmountsConverter : JsonConverter<Amounts>
{
    public override Amounts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Dictionary<Resource, decimal>>(ref reader, options)!
            .Aggregate(Amounts.None, (amounts, pair) => amounts.With(pair.Key, pair.Value));

    public override void Write(Utf8JsonWriter writer, Amounts value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var resource in value.Named)
            writer.WriteNumber(Resources.NameOf(resource), value.Of(resource));
        writer.WriteEndObject();
    }
}
