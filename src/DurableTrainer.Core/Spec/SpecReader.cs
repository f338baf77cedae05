using System.Text.Json;
using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>Turns experiment files into specs that are complete and can be run, and specs into files.</summary>
public static class SpecReader
{
    /// <summary>Reads JSON, with comments and trailing commas allowed.</summary>
    /// <exception cref="SpecException">Something is wrong; carries everything that is, in the order of the file.</exception>
    public static ExperimentSpec Read(string json)
    {
        var problems = new SpecProblems();
        var node = JsonText.Parse(json, problems);
        if (node is null)
            problems.ThrowIfAny(node);
        return Read(node, problems);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static ExperimentSpec Read(JsonNode? node) => Read(node, new SpecProblems());

    /// <summary>The completed spec as indented JSON. Reading it gives the spec again.</summary>
    public static string Write(ExperimentSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Indented) + "\n";

    private static ExperimentSpec Read(JsonNode? node, SpecProblems problems)
    {
        var plain = new ShapeReader(problems).Read(node, typeof(ExperimentSpec), "");
        problems.ThrowIfAny(node);
        return plain.Deserialize<ExperimentSpec>(SpecJson.Options)!;
    }
}
