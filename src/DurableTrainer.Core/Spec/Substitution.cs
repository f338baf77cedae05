using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec;

/// <summary>Replaces the expressions of a template by their values in a point, and remembers what it did.</summary>
internal sealed class Substitution
{
    private readonly Point point;
    private readonly Func<string, bool> isUnknowable;
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);
    private readonly HashSet<string> replaced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> inactive = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> failures = new(StringComparer.Ordinal);

    /// <param name="template">Training with expressions.</param>
    /// <param name="pointer">The place of the template in its file.</param>
    /// <param name="point">The values.</param>
    /// <param name="isUnknowable">Parameters whose expressions stay as they are.</param>
    public Substitution(JsonNode template, string pointer, Point point, Func<string, bool>? isUnknowable = null)
    {
        this.point = point;
        this.isUnknowable = isUnknowable ?? (_ => false);
        Result = Replace(template, pointer)!;
    }

    public JsonNode Result { get; }

    /// <summary>Whether the type of the object came from an expression.</summary>
    public bool WasChosen(string pointer) => chosen.Contains(pointer);

    /// <summary>Whether what stands there is the value of an expression.</summary>
    public bool WasReplaced(string pointer) => replaced.Contains(pointer);

    /// <summary>Why what stood there has no value, if so.</summary>
    public string? Inactive(string pointer) => inactive.GetValueOrDefault(pointer);

    /// <summary>Why the expression there cannot be computed, if so.</summary>
    public string? Failure(string pointer) => failures.GetValueOrDefault(pointer);

    private JsonNode? Replace(JsonNode? node, string pointer) => node switch
    {
        JsonObject members => ReplaceMembers(members, pointer),
        JsonArray items => ReplaceItems(items, pointer),
        JsonValue value when value.TryGetValue<string>(out var text) => ReplaceText(text, pointer),
        _ => node?.DeepClone(),
    };

    private JsonObject ReplaceMembers(JsonObject members, string pointer)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            var place = JsonPointer.Member(pointer, name);
            if (name is "type" or "mode" && IsExpression(value))
                chosen.Add(pointer);
            var now = Replace(value, place);
            // Without a value the field is as if it had not been written: its default applies.
            if (!inactive.ContainsKey(place))
                result[name] = now;
        }

        return result;
    }

    private JsonArray ReplaceItems(JsonArray items, string pointer)
    {
        var result = new JsonArray();
        for (var i = 0; i < items.Count; i++)
        {
            var place = JsonPointer.Item(pointer, i);
            var now = Replace(items[i], place);
            if (inactive.TryGetValue(place, out var why))
                failures[place] = why;
            result.Add(now);
        }

        return result;
    }

    private JsonNode? ReplaceText(string text, string pointer)
    {
        if (text.StartsWith("$$", StringComparison.Ordinal))
            return text[1..];
        if (!Expression.IsExpression(text))
            return text;
        try
        {
            var expression = Expression.Parse(text);
            if (expression.Names.Any(isUnknowable))
                return text;
            if (expression.Names.FirstOrDefault(name => !point.Contains(name)) is { } missing)
            {
                inactive[pointer] = $"needs a value, but '{missing}' has none in the point {point}";
                return null;
            }

            replaced.Add(pointer);
            return ToNode(expression.Evaluate(point));
        }
        catch (ExpressionException exception)
        {
            failures[pointer] = $"\"{text}\" cannot be computed: {exception.Message}";
            return text;
        }
    }

    private static bool IsExpression(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && Expression.IsExpression(text);

    private static JsonValue ToNode(ParameterValue value) => value.Kind switch
    {
        JsonValueKind.Number when double.IsInteger(value.Number) && Math.Abs(value.Number) < 1L << 53 => JsonValue.Create((long)value.Number),
        JsonValueKind.Number => JsonValue.Create(value.Number),
        JsonValueKind.String => JsonValue.Create(value.ToString()),
        _ => JsonValue.Create(value.Kind == JsonValueKind.True),
    };
}
