using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Spec;

/// <summary>Reads the values that are neither objects nor lists, and says what is wrong with those that do not fit.</summary>
internal static class Scalar
{
    private const string FormPrefix = "must be";

    /// <summary>The value in its plainest form and as bounds see it, or the message.</summary>
    public static (JsonNode? Node, object? Value, string? Problem) Read(JsonNode? node, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        if (type == typeof(int) || type == typeof(long))
            return ReadWhole(node, kind, type == typeof(int) ? (int.MinValue, int.MaxValue) : (-(1L << 53), 1L << 53));
        if (type == typeof(double))
            return ReadNumber(node, kind);
        if (type == typeof(bool))
            return kind is JsonValueKind.True or JsonValueKind.False ? Sound(node!) : Wrong(node, "must be true or false");
        if (type == typeof(string))
            return kind == JsonValueKind.String ? Sound(node!, node!.GetValue<string>()) : Wrong(node, "must be a string");
        if (type == typeof(char))
            return kind == JsonValueKind.String && node!.GetValue<string>().Length == 1 ? Sound(node) : Wrong(node, "must be a string of one character");
        return type.IsEnum ? ReadEnum(node, kind, type) : ReadOther(node, type);
    }

    /// <summary>What a value is, for messages: <c>is a string</c>.</summary>
    public static string Describe(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "is an object",
        JsonValueKind.Array => "is a list",
        JsonValueKind.String => "is a string",
        JsonValueKind.Number => $"is {NumberText(node)}",
        JsonValueKind.True => "is true",
        JsonValueKind.False => "is false",
        _ => "is null",
    };

    /// <summary>The value of an expression where text is wanted; numbers are written so that reading them gives them again.</summary>
    public static JsonNode? Text(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => NumberText(node),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => node,
    };

    public static double Number(JsonNode node)
    {
        var value = node.AsValue();
        return value.TryGetValue<double>(out var number) ? number
            : value.TryGetValue<long>(out var whole) ? whole
            : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
    }

    public static string[] EnumNames(Type type) => [.. Enum.GetNames(type).Select(name => EnumName(type, name))];

    private static string EnumName(Type type, string member) =>
        type.GetField(member)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(member);

    private static string NumberText(JsonNode node)
    {
        var number = Number(node);
        return double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "not a finite number";
    }

    private static (JsonNode?, object?, string?) ReadWhole(JsonNode? node, JsonValueKind kind, (long Min, long Max) range)
    {
        if (kind != JsonValueKind.Number || !double.IsInteger(Number(node!)))
            return Wrong(node, "must be a whole number", HintAt(node));
        var number = Number(node!);
        return number >= range.Min && number <= range.Max
            ? (JsonValue.Create((long)number), number, null)
            : Wrong(node, $"must be a whole number from {range.Min} to {range.Max}");
    }

    private static (JsonNode?, object?, string?) ReadNumber(JsonNode? node, JsonValueKind kind)
    {
        if (kind != JsonValueKind.Number)
            return Wrong(node, "must be a number", HintAt(node));
        var number = Number(node!);
        return double.IsFinite(number) ? Sound(node!, number) : (null, null, "is not a finite number");
    }

    private static (JsonNode?, object?, string?) ReadEnum(JsonNode? node, JsonValueKind kind, Type type)
    {
        var names = EnumNames(type);
        if (kind != JsonValueKind.String)
            return Wrong(node, $"must be one of {string.Join(", ", names)}");
        var text = node!.GetValue<string>();
        return names.Contains(text) ? Sound(node) : (null, null, NotOneOf(text, names));
    }

    public static string NotOneOf(string text, IReadOnlyList<string> names)
    {
        var hint = Nearest.To(text, names) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
        return $"is \"{text}\", must be one of {string.Join(", ", names)}{hint}";
    }

    /// <summary>Types with a converter of their own, which says what it wants.</summary>
    private static (JsonNode?, object?, string?) ReadOther(JsonNode? node, Type type)
    {
        if (node is null)
            return Wrong(node, "must be a value");
        if (node.GetValueKind() == JsonValueKind.Number && !double.IsFinite(Number(node)))
            return (null, null, "is not a finite number");
        try
        {
            var value = node.Deserialize(type, SpecJson.Options);
            return Sound(node, value switch
            {
                TimeSpan duration => duration.TotalSeconds,
                MemorySize size => (double)size.Bytes,
                _ => null,
            });
        }
        catch (JsonException exception) when (exception.Message.StartsWith(FormPrefix, StringComparison.Ordinal) && node.GetValueKind() == JsonValueKind.String)
        {
            return (null, null, $"is \"{node.GetValue<string>()}\", {exception.Message}");
        }
        catch (JsonException exception)
        {
            return Wrong(node, exception.Message);
        }
    }

    // An expression is only one when its first character says so.
    private static string HintAt(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Contains('$', StringComparison.Ordinal)
            ? $"; an expression starts with $: \"$({text})\""
            : "";

    private static (JsonNode?, object?, string?) Sound(JsonNode node, object? value = null) => (node.DeepClone(), value, null);

    private static (JsonNode?, object?, string?) Wrong(JsonNode? node, string wanted, string hint = "") =>
        (null, null, $"{Describe(node)}, {wanted}{hint}");
}
