using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DurableTrainer.Core.Tests.Spec;

/// <summary>As much of JSON Schema 2020-12 as the schema of experiments uses; an unknown word fails.</summary>
internal sealed class SchemaCheck(JsonNode root)
{
    public bool Accepts(JsonNode? value) => Accepts(root, value);

    private bool Accepts(JsonNode? schema, JsonNode? value)
    {
        if (schema is JsonValue always)
            return always.GetValue<bool>();
        return schema!.AsObject().All(word => word.Key switch
        {
            "$schema" or "title" or "description" or "default" => true,
            "$ref" => Accepts(Resolve(word.Value!.GetValue<string>()), value),
            "type" => (word.Value as JsonArray ?? [word.Value!.DeepClone()]).Any(type => IsA(value, type!.GetValue<string>())),
            "const" => JsonNode.DeepEquals(word.Value, value),
            "enum" => word.Value!.AsArray().Any(item => JsonNode.DeepEquals(item, value)),
            "anyOf" => word.Value!.AsArray().Any(choice => Accepts(choice, value)),
            "properties" => value is not JsonObject members || word.Value!.AsObject().All(field => !members.TryGetPropertyValue(field.Key, out var member) || Accepts(field.Value, member)),
            "required" => value is not JsonObject members || word.Value!.AsArray().All(name => members.ContainsKey(name!.GetValue<string>())),
            "additionalProperties" => value is not JsonObject members || members.Where(member => schema["properties"]?[member.Key] is null).All(member => Accepts(word.Value, member.Value)),
            "items" => value is not JsonArray items || items.All(item => Accepts(word.Value, item)),
            "minItems" => value is not JsonArray items || items.Count >= word.Value!.GetValue<int>(),
            "minLength" => value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>().Length >= word.Value!.GetValue<int>(),
            "maxLength" => value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>().Length <= word.Value!.GetValue<int>(),
            "pattern" => value?.GetValueKind() != JsonValueKind.String || Regex.IsMatch(value.GetValue<string>(), word.Value!.GetValue<string>()),
            "minimum" => Number(value) is not { } number || number >= Number(word.Value),
            "maximum" => Number(value) is not { } number || number <= Number(word.Value),
            "exclusiveMinimum" => Number(value) is not { } number || number > Number(word.Value),
            "exclusiveMaximum" => Number(value) is not { } number || number < Number(word.Value),
            _ => throw new NotSupportedException(word.Key),
        });
    }

    private JsonNode Resolve(string reference) =>
        reference[2..].Split('/').Aggregate(root, (node, name) => (node is JsonArray items ? items[int.Parse(name)] : node[name]) ?? throw new KeyNotFoundException(reference));

    private static double? Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? JsonDocument.Parse(value.ToJsonString()).RootElement.GetDouble() : null;

    private static bool IsA(JsonNode? value, string type) => (value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(Number(value)!.Value)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        var kind => kind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
