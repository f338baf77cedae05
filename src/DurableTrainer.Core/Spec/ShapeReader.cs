using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec;

/// <summary>
/// Walks JSON beside the contract of the type that it is to become. Reports every field that is unknown, missing, of the wrong kind or
/// out of bounds, and returns the value in its plainest form: shorthands written out, fields in the order of the record.
/// </summary>
/// <param name="problems">Where to report.</param>
/// <param name="isTemplate">Expressions may stand for any value, and defaults are filled in.</param>
/// <param name="bound">For JSON in which expressions were replaced: what they were.</param>
/// <param name="optional">The place of a required field that may be missing this time.</param>
internal sealed class ShapeReader(SpecProblems problems, bool isTemplate = false, Substitution? bound = null, string? optional = null)
{
    public JsonNode? Read(JsonNode? node, Type type, string pointer)
    {
        if (IsExpression(node))
            return ReadExpression(node!.GetValue<string>(), pointer);
        if (type == typeof(TrainingTemplate))
            return new ShapeReader(problems, isTemplate: true).Read(node, TrainingTemplate.ShapeOf(node), pointer);
        if (type == typeof(Point))
            return ReadDictionary(node, typeof(ParameterValue), pointer);

        var contract = Contract.Of(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Object when contract.PolymorphismOptions is not null => ReadChoice(node, type, pointer),
            JsonTypeInfoKind.Object => node is JsonObject members ? ReadObject(members, type, pointer) : Wrong(node, "must be an object", pointer),
            JsonTypeInfoKind.Enumerable => ReadList(node, contract.ElementType!, [], pointer),
            JsonTypeInfoKind.Dictionary => ReadDictionary(node, contract.ElementType!, pointer),
            _ => ReadScalar(node, type, [], pointer),
        };
    }

    private JsonNode? ReadExpression(string text, string pointer)
    {
        try
        {
            Expression.Parse(text);
        }
        catch (ExpressionException exception)
        {
            problems.Add(pointer, $"\"{text}\" is not an expression: {exception.Message}");
        }

        return text;
    }

    private JsonNode? ReadChoice(JsonNode? node, Type type, string pointer)
    {
        var choices = Contract.Choices(type);
        var names = choices.Select(choice => choice.Name).ToList();
        var discriminator = Contract.Discriminator(type);
        if (node is JsonValue value && value.TryGetValue<string>(out var alone) && Contract.AllowsNameAlone(type))
        {
            if (!names.Contains(alone))
                return Report(pointer, Scalar.NotOneOf(alone, names));
            node = new JsonObject { [discriminator] = alone };
        }

        if (node is not JsonObject members)
            return Wrong(node, $"must be an object with a \"{discriminator}\"{(Contract.AllowsNameAlone(type) ? ", or the name of one" : "")}", pointer);
        var place = JsonPointer.Member(pointer, discriminator);
        if (!members.TryGetPropertyValue(discriminator, out var given))
        {
            return bound?.Inactive(place) is { } inactive ? Report(place, inactive)
                : Report(place, $"is missing, must be one of {string.Join(", ", names)}");
        }

        if (given is not JsonValue nameValue || !nameValue.TryGetValue<string>(out var name))
            return Report(place, $"{Scalar.Describe(given)}, must be one of {string.Join(", ", names)}");
        if (isTemplate && Expression.IsExpression(name))
            return ReadUnchosen(members, choices, discriminator, pointer);
        if (!names.Contains(name))
            return Report(place, Scalar.NotOneOf(name, names));

        var chosen = choices[names.IndexOf(name)].Type;
        var ignored = bound?.WasChosen(pointer) == true
            ? choices.SelectMany(choice => Contract.Fields(choice.Type)).Select(field => field.Name).ToHashSet(StringComparer.Ordinal)
            : [];
        var result = ReadObject(members, chosen, pointer, discriminator, ignored);
        result.Insert(0, discriminator, name);
        return result;
    }

    /// <summary>An object whose type an expression chooses: it may have the fields of all types, and gets defaults once it has a type.</summary>
    private JsonObject ReadUnchosen(JsonObject members, IReadOnlyList<(string Name, Type Type)> choices, string discriminator, string pointer)
    {
        var fields = choices.SelectMany(choice => Contract.Fields(choice.Type)).DistinctBy(field => field.Name).ToList();
        var result = new JsonObject { [discriminator] = ReadExpression(members[discriminator]!.GetValue<string>(), JsonPointer.Member(pointer, discriminator)) };
        foreach (var (name, value) in members)
        {
            if (name == discriminator)
                continue;
            if (fields.Find(field => field.Name == name) is { } field)
                result[name] = ReadField(value, field, JsonPointer.Member(pointer, name));
            else
                problems.AddSurplus(JsonPointer.Member(pointer, name), Nearest.Unknown("field", name, fields.Select(field => field.Name)));
        }

        return result;
    }

    private JsonObject ReadObject(JsonObject members, Type type, string pointer, string? discriminator = null, HashSet<string>? ignored = null)
    {
        var fields = Contract.Fields(type);
        var misspelt = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in members)
        {
            if (name == discriminator || fields.Any(field => field.Name == name) || ignored?.Contains(name) == true)
                continue;
            problems.AddSurplus(JsonPointer.Member(pointer, name), Surplus(type, name, fields));
            if (Nearest.To(name, fields.Select(field => field.Name)) is { } meant)
                misspelt.Add(meant);
        }

        var result = new JsonObject();
        foreach (var field in fields)
        {
            var place = JsonPointer.Member(pointer, field.Name);
            if (!members.TryGetPropertyValue(field.Name, out var value) || (value is null && Contract.IsNullable(field)))
            {
                if (field.IsRequired && misspelt.Contains(field.Name))
                    problems.MarkUnsound(place);
                else if (field.IsRequired && place != optional)
                    problems.Add(place, bound?.Inactive(place) ?? $"is missing{Wanted(field)}");
                else if (isTemplate && Contract.Defaults(type).TryGetPropertyValue(field.Name, out var standard))
                    result[field.Name] = standard?.DeepClone();
                continue;
            }

            result[field.Name] = ReadField(value, field, place);
        }

        if (typeof(ISelfChecking).IsAssignableFrom(type) && problems.IsSound(pointer) && !(isTemplate && HasExpression(result)))
        {
            foreach (var (field, message) in ((ISelfChecking)result.Deserialize(type, SpecJson.Options)!).Check())
                problems.Add(field.Length == 0 ? pointer : $"{pointer}/{field}", message);
        }

        return result;
    }

    private static string Surplus(Type type, string name, IReadOnlyList<JsonPropertyInfo> fields) =>
        type == typeof(CommandTrainingSpec) && Contract.Fields(typeof(TrainingSpec)).Any(field => field.Name == name)
            ? "does not go with \"command\", whose program brings its own model, data and optimizer; remove one of the two"
            : Nearest.Unknown("field", name, fields.Select(field => field.Name));

    private JsonNode? ReadField(JsonNode? node, JsonPropertyInfo field, string pointer)
    {
        var bounds = Contract.Bounds(field);
        if (node is JsonArray { Count: 0 } && Contract.MustHaveItems(field))
            return Report(pointer, "is empty, must have at least one item");
        if (Contract.OnlyItem(field) is { } itemType)
            return IsOnlyItem(node, itemType) ? Read(node, itemType, pointer) : ReadList(node, itemType, bounds, pointer);
        if (Contract.CountedItem(field) is { } counted && !IsExpression(node))
            return ReadCounted(node, counted, bounds, pointer);
        if (bounds.Length == 0 || IsExpression(node))
            return Read(node, field.PropertyType, pointer);
        return Contract.Of(field.PropertyType) is { Kind: JsonTypeInfoKind.Enumerable } list
            ? ReadList(node, list.ElementType!, bounds, pointer)
            : ReadScalar(node, field.PropertyType, bounds, pointer);
    }

    /// <summary>A number stands for so many items, each with its defaults; the bounds are those of the number.</summary>
    private JsonNode? ReadCounted(JsonNode? node, Type itemType, BoundAttribute[] bounds, string pointer)
    {
        if (node is JsonArray)
            return ReadList(node, itemType, [], pointer);
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return bound?.Failure(pointer) is { } failure ? Report(pointer, failure) : Wrong(node, "must be a list or the number of its items", pointer);
        return ReadScalar(node, typeof(int), bounds, pointer) is { } count
            ? ReadList(new JsonArray([.. Enumerable.Range(0, count.Deserialize<int>(SpecJson.Options)).Select(_ => new JsonObject())]), itemType, [], pointer)
            : null;
    }

    private JsonNode? ReadList(JsonNode? node, Type itemType, BoundAttribute[] bounds, string pointer)
    {
        if (node is not JsonArray items)
            return Wrong(node, "must be a list", pointer);
        var result = new JsonArray();
        for (var i = 0; i < items.Count; i++)
        {
            var place = JsonPointer.Item(pointer, i);
            result.Add(bounds.Length > 0 && !IsExpression(items[i]) ? ReadScalar(items[i], itemType, bounds, place) : Read(items[i], itemType, place));
        }

        return result;
    }

    private JsonNode? ReadDictionary(JsonNode? node, Type valueType, string pointer)
    {
        if (node is not JsonObject members)
            return Wrong(node, "must be an object", pointer);
        var result = new JsonObject();
        foreach (var (name, value) in members)
            result[name] = Read(value, valueType, JsonPointer.Member(pointer, name));
        return result;
    }

    private JsonNode? ReadScalar(JsonNode? node, Type type, BoundAttribute[] bounds, string pointer)
    {
        if (bound?.Failure(pointer) is { } failure)
            return Report(pointer, failure);
        if (type == typeof(string) && bound?.WasReplaced(pointer) == true)
            node = Scalar.Text(node);
        var (result, value, problem) = Scalar.Read(node, type);
        if (problem is not null)
            return Report(pointer, problem);
        if (value is not null && Array.Find(bounds, rule => !rule.Allows(value)) is { } broken)
            return Report(pointer, $"is {node!.ToJsonString(SpecJson.Options)}, must be {broken.Wanted}");
        return result;
    }

    /// <summary>Whether a list that may be written as its only item is; what is neither is told that a list is wanted where items are objects.</summary>
    private static bool IsOnlyItem(JsonNode? node, Type itemType) =>
        Contract.Of(itemType).Kind == JsonTypeInfoKind.Object ? node is JsonObject : node is not JsonArray;

    private bool IsExpression(JsonNode? node) =>
        isTemplate && node is JsonValue value && value.TryGetValue<string>(out var text) && Expression.IsExpression(text);

    private bool HasExpression(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => HasExpression(member.Value)),
        JsonArray items => items.Any(HasExpression),
        _ => IsExpression(node),
    };

    private static string Wanted(JsonPropertyInfo field)
    {
        var choices = Contract.Of(field.PropertyType).Kind == JsonTypeInfoKind.Object ? Contract.Choices(field.PropertyType) : [];
        return choices.Count > 0 ? $", must have one of the types {string.Join(", ", choices.Select(choice => choice.Name))}" : ", has no default";
    }

    private JsonNode? Wrong(JsonNode? node, string wanted, string pointer) => Report(pointer, $"{Scalar.Describe(node)}, {wanted}");

    private JsonNode? Report(string pointer, string message)
    {
        problems.Add(pointer, message);
        return null;
    }
}
