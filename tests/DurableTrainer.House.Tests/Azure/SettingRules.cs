using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableTrainer.House.Tests.Azure;

/// <summary>What must hold between the names of settings in Bicep, host.json, the local settings and the table of the docs.</summary>
internal static partial class SettingRules
{
    /// <param name="cloud">Settings that Bicep gives.</param>
    /// <param name="host">host.json.</param>
    /// <param name="local">The local settings.</param>
    /// <param name="docs">The page with the table.</param>
    /// <param name="code">All source files of what is deployed.</param>
    public static IEnumerable<string> Breaches(IReadOnlyCollection<string> cloud, string host, string local, string docs, string code)
    {
        var read = Read(code);
        var locals = Locals(local);
        var named = HostNames(host);
        var documented = Documented(docs);
        var given = cloud.Union(locals).ToArray();

        return given.Where(IsOwn).Except(read).Select(name => $"{name} is set, and no code reads it")
            .Concat(read.Except(given).Select(name => $"code reads {name}, which nobody sets"))
            .Concat(given.Except(documented).Select(name => $"{name} is not in the table of settings"))
            .Concat(documented.Except(given).Select(name => $"{name} is in the table of settings, and nobody sets it"))
            .Concat(named.Where(name => !Holds(cloud, name)).Select(name => $"host.json names {name}, which the Functions app is not given"))
            .Concat(named.Where(name => !Holds(locals, name)).Select(name => $"host.json names {name}, which the local settings lack"));
    }

    private static IReadOnlyList<string> Locals(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name)];
    }

    /// <summary>A connection may be one setting, or several that start with its name.</summary>
    private static bool Holds(IEnumerable<string> settings, string name) =>
        settings.Any(setting => setting == name || setting.StartsWith(name + "__", StringComparison.Ordinal));

    private static IReadOnlyList<string> HostNames(string json) => [.. HostName().Matches(json).Select(match => match.Groups["name"].Value)];

    private static IReadOnlyList<string> Documented(string markdown)
    {
        var section = Section().Match(markdown).Value;
        return [.. Row().Matches(section).Select(match => match.Groups["name"].Value)];
    }

    private static bool IsOwn(string name) => name.StartsWith("DurableTrainer__", StringComparison.Ordinal);

    /// <summary>In code the parts of a name are joined by a colon.</summary>
    private static IReadOnlyList<string> Read(string code) =>
        [.. CodeName().Matches(code).Select(match => match.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal)).Distinct()];

    [GeneratedRegex(@"const string \w+ = ""(?<name>DurableTrainer:\w+|[A-Z]+(_[A-Z]+)+)"";")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"%(?<name>\w+)%|""connection(String)?Name"":\s*""(?<name>\w+)""")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^## Settings$.*?(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
