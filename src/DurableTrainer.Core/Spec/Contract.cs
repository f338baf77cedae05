using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace DurableTrainer.Core.Spec;

/// <summary>
/// What the records say about their JSON: fields, kinds, types to choose from, defaults, bounds. Reading, completion and the schema
/// all ask here, so a field that is added to a record is known everywhere.
/// </summary>
internal static class Contract
{
    private static readonly ConcurrentDictionary<Type, JsonObject> DefaultsByType = new();
    private static readonly ConcurrentDictionary<Type, JsonPropertyInfo[]> FieldsByType = new();
    private static readonly ConcurrentDictionary<JsonPropertyInfo, BoundAttribute[]> BoundsByField = new();

    public static JsonTypeInfo Of(Type type) => SpecJson.Options.GetTypeInfo(type);

    public static IReadOnlyList<JsonPropertyInfo> Fields(Type type) =>
        FieldsByType.GetOrAdd(type, static type => [.. Of(type).Properties.Where(property => property is { Set: not null } or { IsRequired: true })]);

    /// <summary>The types that an object of this type can be, by the name that its discriminator gives; empty when there is no choice.</summary>
    public static IReadOnlyList<(string Name, Type Type)> Choices(Type type) =>
        Of(type).PolymorphismOptions is { } options
            ? [.. options.DerivedTypes.Select(derived => ((string)derived.TypeDiscriminator!, derived.DerivedType))]
            : [];

    public static string Discriminator(Type type) => Of(type).PolymorphismOptions!.TypeDiscriminatorPropertyName;

    /// <summary>Whether the name of a choice alone is enough, because it needs no fields: <c>"crossEntropy"</c>.</summary>
    public static bool AllowsNameAlone(Type type) => Choices(type).Any(choice => !Fields(choice.Type).Any(field => field.IsRequired));

    public static BoundAttribute[] Bounds(JsonPropertyInfo field) => BoundsByField.GetOrAdd(field, static field =>
        [.. field.AttributeProvider?.GetCustomAttributes(typeof(BoundAttribute), inherit: true).Cast<BoundAttribute>() ?? []]);

    public static bool MustHaveItems(JsonPropertyInfo field) =>
        field.AttributeProvider?.IsDefined(typeof(NotEmptyAttribute), inherit: true) == true;

    public static bool IsNullable(JsonPropertyInfo field) =>
        Nullable.GetUnderlyingType(field.PropertyType) is not null || (!field.PropertyType.IsValueType && field.IsSetNullable);

    /// <summary>The item type when the field is a list that may be written as its only item.</summary>
    public static Type? OnlyItem(JsonPropertyInfo field) => (field.CustomConverter as IOneOrMany)?.ItemType;

    /// <summary>The item type when the field is a list that may be written as the number of its items, each with its defaults.</summary>
    public static Type? CountedItem(JsonPropertyInfo field) => (field.CustomConverter as ICountOrMany)?.ItemType;

    /// <summary>The fields that a new record of this type already has, as JSON.</summary>
    public static JsonObject Defaults(Type type) => DefaultsByType.GetOrAdd(type, static type =>
    {
        var record = Of(type).CreateObject!();
        var defaults = new JsonObject();
        foreach (var field in Fields(type))
        {
            if (!field.IsRequired && field.Get!(record) is { } value)
            {
                var written = JsonSerializer.SerializeToNode(value, field.PropertyType, SpecJson.Options);
                defaults[field.Name] = OnlyItem(field) is not null && written is JsonArray { Count: 1 } list ? list[0]!.DeepClone() : written;
            }
        }

        return defaults;
    });
}
