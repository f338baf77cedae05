using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>A spec whose sections may be wrong. Rules look at those that are not, so that one mistake hides no other.</summary>
/// <param name="file">As written.</param>
/// <param name="plain">As the shape was read; meaningful where no problem was found.</param>
/// <param name="problems">What was found so far.</param>
internal sealed class Draft(JsonObject file, JsonObject plain, SpecProblems problems)
{
    // Of all parameters, sound or not; null when they cannot be told.
    private readonly HashSet<string>? names = NamesOf(file);
    private SearchSpace? space;

    public SpecProblems Problems => problems;

    public JsonObject File => file;

    /// <summary>What to say about a name that no parameter has; null when one has it, or may be meant to.</summary>
    public string? UnknownParameter(string name) =>
        names is null || names.Contains(name) || (!problems.IsSound("/space") && Nearest.To(name, names.Where(IsMisnamed)) is not null)
            ? null
            : Nearest.Unknown("parameter", name, names);

    /// <summary>
    /// The parameters that nothing is wrong with, whose conditions rest on such, and the constraints over these. To be asked once the
    /// rules of space and constraints have run.
    /// </summary>
    public SearchSpace Space => space ??= SoundSpace();

    /// <summary>Whether every parameter is sound.</summary>
    public bool IsSpaceSound => names is not null && problems.IsSound("/space");

    /// <summary>The section, with its default when absent; null when it is wrong, or absent without default.</summary>
    public T? Section<T>(string name)
        where T : class
    {
        if (!problems.IsSound(JsonPointer.Member("", name)))
            return null;
        var node = plain[name] ?? Contract.Defaults(typeof(ExperimentSpec))[name];
        return node?.Deserialize<T>(SpecJson.Options);
    }

    /// <summary>The sound items of a list, or the only item of a list that is written as such, with their places.</summary>
    public IEnumerable<(string Pointer, T Item)> Items<T>(string pointer)
    {
        JsonNode? node = plain;
        foreach (var name in pointer.Split('/').Skip(1))
            node = (node as JsonObject)?[name];
        if (node is JsonObject && problems.IsSound(pointer))
            yield return (pointer, node.Deserialize<T>(SpecJson.Options)!);
        if (node is not JsonArray items)
            yield break;
        for (var i = 0; i < items.Count; i++)
        {
            var place = JsonPointer.Item(pointer, i);
            if (problems.IsSound(place))
                yield return (place, items[i].Deserialize<T>(SpecJson.Options)!);
        }
    }

    private SearchSpace SoundSpace()
    {
        List<Parameter> sound = [.. Items<Parameter>("/space").Select(item => item.Item).DistinctBy(parameter => parameter.Name)];
        while (sound.RemoveAll(parameter => parameter.When?.Keys.Any(name => !sound.Exists(other => other.Name == name)) == true) > 0)
        {
            // A condition on what was just removed cannot be told either.
        }

        var names = sound.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var constraints = Items<string>("/constraints").Select(item => item.Item).Where(text => Constraint.Parse(text).Names.All(names.Contains));
        return new SearchSpace(sound, constraints);
    }

    private static HashSet<string>? NamesOf(JsonObject file)
    {
        if (file["space"] is not JsonArray { Count: > 0 } items)
            return null;
        var names = items.Select(item => (item as JsonObject)?["name"]).ToList();
        return names.TrueForAll(name => name?.GetValueKind() == JsonValueKind.String)
            ? [.. names.Select(name => name!.GetValue<string>())]
            : null;
    }

    private static bool IsMisnamed(string name) =>
        Array.Exists(
            Contract.Bounds(Contract.Fields(typeof(FloatParameter)).First(field => field.Name == "name")),
            bound => !bound.Allows(name));
}
