using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DurableTrainer.Core.Spec;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DurableTrainer.Experiments.Specs;

/// <summary>
/// Turns YAML into what the same file would be as JSON. Plain scalars are numbers, booleans and null as the core schema of YAML 1.2
/// says (so <c>no</c> and <c>on</c> are strings); quoted ones stay strings.
/// </summary>
internal sealed partial class YamlText
{
    // An alias repeats its anchor, so a short text can stand for an endless one.
    private const int MaxNodes = 100_000;
    private const int MaxDepth = 64;

    private readonly Parser parser;
    private readonly Dictionary<AnchorName, JsonNode?> anchors = [];
    private readonly List<SpecProblem> problems = [];
    private int nodes;

    private YamlText(TextReader text) => parser = new Parser(text);

    /// <exception cref="SpecException">The text is not YAML, or has what JSON has no form for.</exception>
    public static JsonNode? Parse(string text)
    {
        using var reader = new StringReader(text);
        var yaml = new YamlText(reader);
        try
        {
            var node = yaml.ReadDocument();
            return yaml.problems.Count == 0 ? node : throw new SpecException(yaml.problems);
        }
        catch (YamlException exception)
        {
            throw At(exception.Start, exception.Message);
        }
    }

    private JsonNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
            return null;
        parser.Consume<DocumentStart>();
        var node = ReadNode("", 0);
        parser.Consume<DocumentEnd>();
        return parser.TryConsume<DocumentStart>(out var second) ? throw At(second.Start, "A second document starts here; a file holds one experiment.") : node;
    }

    private JsonNode? ReadNode(string pointer, int depth)
    {
        var next = (parser.Current ?? throw new YamlException("The text ends early.")).Start;
        if (depth > MaxDepth)
            throw At(next, $"Values are nested deeper than {MaxDepth} levels.");
        Count(1, next);
        var node = parser.Current switch
        {
            AnchorAlias alias => ReadAlias(alias),
            Scalar scalar => ReadScalar(scalar),
            MappingStart mapping => ReadMapping(mapping, pointer, depth),
            SequenceStart sequence => ReadSequence(sequence, pointer, depth),
            _ => throw At(next, "A value is expected here."),
        };
        return node;
    }

    private JsonNode? ReadAlias(AnchorAlias alias)
    {
        parser.MoveNext();
        if (!anchors.TryGetValue(alias.Value, out var node))
            throw At(alias.Start, $"*{alias.Value} is not defined before it is used.");
        Count(Size(node), alias.Start);
        return node?.DeepClone();
    }

    private JsonObject ReadMapping(MappingStart mapping, string pointer, int depth)
    {
        parser.MoveNext();
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw At(parser.Current!.Start, "The name of a field must be plain text.");
            var place = $"{pointer}/{key.Value.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!members.TryAdd(key.Value, ReadNode(place, depth + 1)))
                problems.Add(new SpecProblem(place, $"is given twice, the second time on line {key.Start.Line}"));
        }

        Remember(mapping.Anchor, members);
        return members;
    }

    private JsonArray ReadSequence(SequenceStart sequence, string pointer, int depth)
    {
        parser.MoveNext();
        var items = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(string.Create(CultureInfo.InvariantCulture, $"{pointer}/{items.Count}"), depth + 1));
        Remember(sequence.Anchor, items);
        return items;
    }

    private JsonValue? ReadScalar(Scalar scalar)
    {
        parser.MoveNext();
        var isText = scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value is "tag:yaml.org,2002:str" or "!");
        var value = isText ? JsonValue.Create(scalar.Value) : Plain(scalar.Value);
        Remember(scalar.Anchor, value);
        return value;
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        ".nan" or ".NaN" or ".NAN" => JsonValue.Create(double.NaN),
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => JsonValue.Create(double.PositiveInfinity),
        "-.inf" or "-.Inf" or "-.INF" => JsonValue.Create(double.NegativeInfinity),
        _ when Based().Match(text) is { Success: true } based && Whole(based) is { } whole => JsonValue.Create(whole),
        _ when Number().IsMatch(text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    private static long? Whole(Match based)
    {
        var (digits, radix) = based.Groups["hex"].Success ? (based.Groups["hex"].Value, 16) : (based.Groups["octal"].Value, 8);
        return digits.Length <= 15 ? Convert.ToInt64(digits, radix) : null;
    }

    private void Remember(AnchorName anchor, JsonNode? node)
    {
        if (!anchor.IsEmpty)
            anchors[anchor] = node;
    }

    private void Count(int more, Mark at)
    {
        nodes += more;
        if (nodes > MaxNodes)
            throw At(at, $"The file stands for more than {MaxNodes} values.");
    }

    private static int Size(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Sum(member => Size(member.Value)),
        JsonArray items => 1 + items.Sum(Size),
        _ => 1,
    };

    private static SpecException At(Mark mark, string message) =>
        new([new SpecProblem("", string.Create(CultureInfo.InvariantCulture, $"line {mark.Line}, column {mark.Column}: {message}"))]);

    [GeneratedRegex("^(0x(?<hex>[0-9a-fA-F]+)|0o(?<octal>[0-7]+))$", RegexOptions.CultureInvariant)]
    private static partial Regex Based();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
