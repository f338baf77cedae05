using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec;

/// <summary>The JSON Schema of experiment files, for completion and checking in editors.</summary>
public static class SpecSchema
{
    /// <summary>By this field a file may tell its editor where the schema is. It says nothing about the experiment.</summary>
    internal const string Reference = "$schema";

    private const string Command = "command";

    private const string Expression = @"^\$[^$]";

    /// <summary>Makes the schema (draft 2020-12) from the records. It admits every file that can be read; rules over several fields are beyond it.</summary>
    public static JsonNode Create()
    {
        var options = new JsonSerializerOptions(SpecJson.Options)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OpenTraining } },
        };
        var schema = (JsonObject)options.GetJsonSchemaAsNode(typeof(ExperimentSpec), Exporter(isInTraining: false));
        schema["properties"]!.AsObject().Insert(0, Reference, new JsonObject { ["type"] = "string" });
        LetCommandTrain((JsonObject)schema["properties"]!["training"]!);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "DurableTrainer experiment");
        return schema;
    }

    /// <summary>Lets the exporter see what a template holds once its expressions are replaced.</summary>
    private static void OpenTraining(JsonTypeInfo type)
    {
        if (type.Type == typeof(TrainingSpec))
            type.Properties.Insert(0, Property(type, typeof(CommandSpec), Command));
        if (type.Type != typeof(ExperimentSpec))
            return;
        for (var i = 0; i < type.Properties.Count; i++)
        {
            if (type.Properties[i].PropertyType != typeof(TrainingTemplate))
                continue;
            type.Properties[i] = Property(type, typeof(TrainingSpec), type.Properties[i].Name);
            type.Properties[i].IsRequired = true;
        }
    }

    private static JsonPropertyInfo Property(JsonTypeInfo owner, Type type, string name)
    {
        var property = owner.CreateJsonPropertyInfo(type, name);
        (property.Get, property.Set) = (static _ => null, static (_, _) => { });
        property.IsGetNullable = property.IsSetNullable = false;
        return property;
    }

    /// <summary>What a model needs, a command brings.</summary>
    private static void LetCommandTrain(JsonObject training)
    {
        var required = training["required"]!;
        training.Remove("required");
        training["anyOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray(Command) },
            new JsonObject { ["required"] = required });
    }

    /// <param name="isInTraining">Whether all of it lies in the training, where expressions may stand.</param>
    private static JsonSchemaExporterOptions Exporter(bool isInTraining) => new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => Transform(context, schema, isInTraining || IsInTraining(context.Path)),
    };

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, bool isInTraining)
    {
        var type = context.TypeInfo.Type;
        schema = Leaf(type) ?? (context.PropertyInfo is { } field && Contract.OnlyItem(field) is { } item ? OneOrMany(item, isInTraining) : schema);
        schema = context.PropertyInfo is { } list && Contract.CountedItem(list) is { } counted ? CountOrMany(counted, isInTraining) : schema;
        if (schema is not JsonObject node || node.ContainsKey("$ref"))
            return schema;

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && node["anyOf"] is JsonArray choices)
            SeparateChoices(node, type, choices);
        else if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            node.TryAdd("additionalProperties", false);
        else if (context.TypeInfo.Kind == JsonTypeInfoKind.Enumerable && Leaf(context.TypeInfo.ElementType!) is { } leaf)
            node["items"] = leaf;
        if (context.PropertyInfo is { } property)
            AddBounds(property, node);
        return isInTraining ? WithExpression(node, context.TypeInfo) : node;
    }

    // Types whose converter the exporter cannot look into.
    private static JsonObject? Leaf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(TimeSpan))
            return new() { ["type"] = "string", ["pattern"] = "^P", ["description"] = "An ISO 8601 duration: PT30M, P1DT12H." };
        if (type == typeof(MemorySize))
            return new() { ["type"] = new JsonArray("string", "integer"), ["description"] = "Bytes, or a size with a unit: 512MiB, 1.5GB." };
        if (type == typeof(ParameterValue))
            return new() { ["type"] = new JsonArray("string", "number", "boolean") };
        if (type == typeof(ColumnReference))
            return new() { ["type"] = new JsonArray("string", "integer"), ["description"] = "A column by index, negative from the end, or by name." };
        if (type == typeof(Point))
            return new() { ["type"] = "object", ["additionalProperties"] = Leaf(typeof(ParameterValue)) };
        return type.IsEnum ? new() { ["enum"] = new JsonArray([.. Scalar.EnumNames(type).Select(name => JsonValue.Create(name))]) } : null;
    }

    private static JsonObject OneOrMany(Type item, bool isInTraining) => Either(Of(item, isInTraining), item, isInTraining);

    private static JsonObject CountOrMany(Type item, bool isInTraining) => Either(new JsonObject { ["type"] = "integer" }, item, isInTraining);

    private static JsonObject Either(JsonNode alone, Type item, bool isInTraining) => new()
    {
        ["anyOf"] = new JsonArray(alone, new JsonObject { ["type"] = "array", ["items"] = Of(item, isInTraining), ["minItems"] = 1 }),
    };

    private static JsonNode Of(Type type, bool isInTraining) => SpecJson.Options.GetJsonSchemaAsNode(type, Exporter(isInTraining));

    /// <summary>What the exporter says of all choices holds for each, and some choices need no more than their name.</summary>
    private static void SeparateChoices(JsonObject node, Type type, JsonArray choices)
    {
        var discriminator = Contract.Discriminator(type);
        node.Remove("type");
        node.Remove("required");
        foreach (var choice in choices.OfType<JsonObject>())
        {
            choice.Insert(0, "type", "object");
            if (choice["required"] is not JsonArray required)
                choice["required"] = required = [];
            required.Insert(0, discriminator);
        }

        JsonNode?[] alone = [.. Contract.Choices(type).Where(choice => !Contract.Fields(choice.Type).Any(field => field.IsRequired)).Select(choice => JsonValue.Create(choice.Name))];
        if (alone.Length > 0)
            choices.Add(new JsonObject { ["enum"] = new JsonArray(alone) });
    }

    private static void AddBounds(JsonPropertyInfo field, JsonObject node)
    {
        var isText = field.PropertyType == typeof(TimeSpan?) || field.PropertyType == typeof(TimeSpan) || field.PropertyType == typeof(MemorySize)
            || field.PropertyType == typeof(MemorySize?);
        foreach (var (word, value) in isText ? [] : Contract.Bounds(field).Select(bound => bound.Schema))
            (node["items"] as JsonObject ?? node)[word] = JsonSerializer.SerializeToNode(value);
        if (Contract.MustHaveItems(field) && node["items"] is not null)
            node["minItems"] = 1;
    }

    private static bool IsInTraining(ReadOnlySpan<string> path) => path is ["properties", "training", "properties", ..];

    /// <summary>
    /// Admits an expression beside the value. Schemas that others refer to keep their place, so objects get it as one more choice.
    /// </summary>
    private static JsonObject WithExpression(JsonObject node, JsonTypeInfo type)
    {
        var expression = new JsonObject { ["type"] = "string", ["pattern"] = Expression };
        if (node["anyOf"] is JsonArray choices)
        {
            choices.Add(expression);
            AddUnchosen(type.Type, choices);
            return node;
        }

        return type.Kind == JsonTypeInfoKind.None && node["type"]?.ToJsonString() != "\"string\""
            ? new JsonObject { ["anyOf"] = new JsonArray(node, expression) }
            : node;
    }

    /// <summary>When an expression chooses the type, the fields of all types are welcome.</summary>
    private static void AddUnchosen(Type type, JsonArray choices)
    {
        if (Contract.Of(type).PolymorphismOptions is null)
            return;
        var properties = new JsonObject { [Contract.Discriminator(type)] = new JsonObject { ["type"] = "string", ["pattern"] = Expression } };
        foreach (var field in Contract.Choices(type).SelectMany(choice => Contract.Fields(choice.Type)))
            properties.TryAdd(field.Name, true);
        choices.Add(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray(Contract.Discriminator(type)),
            ["additionalProperties"] = false,
        });
    }
}
