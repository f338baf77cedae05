using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;

namespace DurableTrainer.Cli.AskTell;

/// <summary>A tuner's state as what a state file holds.</summary>
internal static class SavedSearch
{
    /// <summary>What may change from one run to the next: it decides when to end, not what has happened.</summary>
    private static readonly string[] Changeable = ["trials", "convergence"];

    public static byte[] Write(TunerState state) => JsonSerializer.SerializeToUtf8Bytes(state, SpecJson.Options);

    /// <param name="content">What <see cref="Write"/> has written.</param>
    /// <param name="settings">The search to go on with.</param>
    /// <param name="path">How messages name the file.</param>
    /// <exception cref="StateFileException">It is no state that this program knows.</exception>
    /// <exception cref="UsageException">It is the state of another search.</exception>
    public static TunerState Read(byte[] content, SearchSettings settings, string path)
    {
        TunerState state;
        try
        {
            state = JsonSerializer.Deserialize<TunerState>(content, SpecJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw new StateFileException($"The state in '{path}' cannot be read: {exception.Message}", exception);
        }

        var (there, here) = (Fields(state.Settings), Fields(settings));
        var differences = there.Select(field => field.Key).Union(here.Select(field => field.Key))
            .Where(name => !Changeable.Contains(name) && !JsonNode.DeepEquals(there[name], here[name]))
            .Select(name => $"  {name}: {Shown(there[name])} in the state, {Shown(here[name])} in the spec")
            .ToList();
        return differences.Count == 0
            ? state with { Settings = settings }
            : throw new UsageException($"The state file '{path}' belongs to another search:\n{string.Join('\n', differences)}\nGive the spec that it was made with, or another --state.");
    }

    private static JsonObject Fields(SearchSettings settings) => (JsonObject)JsonSerializer.SerializeToNode(settings, SpecJson.Options)!;

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString(SpecJson.Options) ?? "nothing";
        return text.Length <= 300 ? text : text[..300] + "…";
    }
}
