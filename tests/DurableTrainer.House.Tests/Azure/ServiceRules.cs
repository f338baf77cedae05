using System.Text.RegularExpressions;

namespace DurableTrainer.House.Tests.Azure;

/// <summary>What must hold between the services of azure.yaml, the project folders and the tags in Bicep.</summary>
internal static partial class ServiceRules
{
    public static IEnumerable<string> Breaches(string yaml, IReadOnlyCollection<string> tags, Func<string, bool> isProject)
    {
        var services = Service().Matches(yaml).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["project"].Value);
        return services.Where(service => !isProject(service.Value)).Select(service => $"{service.Key}: {service.Value} is no project")
            .Concat(services.Keys.Except(tags).Select(name => $"no resource has the tag of the service {name}"))
            .Concat(tags.Except(services.Keys).Select(name => $"a resource has the tag {name}, and azure.yaml has no such service"));
    }

    [GeneratedRegex(@"^  (?<name>[\w-]+):\r?\n    project: (?<project>\S+)", RegexOptions.Multiline)]
    private static partial Regex Service();
}
