using System.Text.RegularExpressions;

namespace DurableTrainer.House.Tests.Azure;

/// <summary>What a Bicep file declares, as far as the rules of <see cref="InfraRules"/> ask.</summary>
internal sealed partial record BicepFile(string Text)
{
    /// <summary>The text without lines that are comments.</summary>
    private string Code { get; } = CommentLine().Replace(Text, "");

    public IReadOnlyList<BicepParameter> Parameters =>
        [.. Parameter().Matches(Code).Select(match => new BicepParameter(match.Groups["name"].Value, match.Groups["default"].Success))];

    public IReadOnlyList<string> Outputs => Names(Output().Matches(Code));

    public IReadOnlyList<BicepModule> Modules =>
        [.. Module().Matches(Code).Select(match => new BicepModule(match.Groups["name"].Value, match.Groups["path"].Value, Arguments(Block(match.Index))))];

    /// <summary>Names of services that tags bind resources to.</summary>
    public IReadOnlyList<string> Services => Names(ServiceTag().Matches(Code));

    /// <summary>Settings that a Functions app or a container is given.</summary>
    public IReadOnlyList<string> Settings =>
        [.. AppSettings().Matches(Code).SelectMany(match => Keys(Block(match.Index + match.Length - 1))), .. Names(Variable().Matches(Code))];

    /// <summary>Whether a parameter is named anywhere but where it is declared, as the key of a property and as an output.</summary>
    public bool Uses(string parameter) =>
        Regex.IsMatch(Output().Replace(Parameter().Replace(Code, "= ${default}"), "output "), $@"(?<![\w.']){parameter}\b(?!\s*:)");

    public bool Reads(string module, string output) => Regex.IsMatch(Code, $@"\b{module}\.outputs\.{output}\b");

    private static IReadOnlyList<string> Names(MatchCollection matches) => [.. matches.Select(match => match.Groups["name"].Value)];

    private static IReadOnlyList<string> Arguments(string module)
    {
        var start = Regex.Match(module, @"\bparams:\s*");
        return start.Success ? Keys(new BicepFile(module).Block(start.Index)) : [];
    }

    /// <summary>What stands between the first brace from here on and the one that closes it.</summary>
    private string Block(int from)
    {
        var open = Code.IndexOf('{', from);
        var depth = 0;
        for (var at = open; at < Code.Length; at++)
        {
            depth += Code[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return Code[(open + 1)..at];
        }

        throw new FormatException($"A brace is never closed: {Code[open..Math.Min(open + 40, Code.Length)]}");
    }

    /// <summary>The keys of an object, without those of objects in it.</summary>
    private static IReadOnlyList<string> Keys(string block)
    {
        var flat = block;
        while (Inner().IsMatch(flat))
            flat = Inner().Replace(flat, "");
        return Names(Key().Matches(flat));
    }

    [GeneratedRegex(@"^[ \t]*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentLine();

    [GeneratedRegex(@"^param\s+(?<name>\w+)\s+[\w\[\]]+[ \t]*(=[ \t]*(?<default>.+))?$", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^output\s+(?<name>\w+)\s", RegexOptions.Multiline)]
    private static partial Regex Output();

    [GeneratedRegex(@"^module\s+(?<name>\w+)\s+'(?<path>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex Module();

    [GeneratedRegex(@"'azd-service-name':\s*'(?<name>[^']+)'")]
    private static partial Regex ServiceTag();

    [GeneratedRegex(@"name:\s*'appsettings'\s*properties:\s*\{")]
    private static partial Regex AppSettings();

    [GeneratedRegex(@"\{\s*name:\s*'(?<name>\w+)',\s*value:")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Inner();

    [GeneratedRegex(@"(?:^|,)\s*(?<name>\w+)\s*:", RegexOptions.Multiline)]
    private static partial Regex Key();
}

internal sealed record BicepParameter(string Name, bool HasDefault);

/// <summary>A call of another file; its arguments are the parameters that the caller gives.</summary>
internal sealed record BicepModule(string Name, string Path, IReadOnlyList<string> Arguments);
