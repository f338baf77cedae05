using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec.Rules;

namespace DurableTrainer.Core.Spec;

/// <summary>Turns experiment files into specs that are complete and can be run, and specs into files.</summary>
public static class SpecReader
{
    /// <summary>Reads JSON, with comments and trailing commas allowed.</summary>
    /// <param name="json">The text of the file.</param>
    /// <param name="needsTraining">Without, the file may leave out <c>training</c>: it is then only asked which points to try.</param>
    /// <param name="check">Looks further at what is sound so far.</param>
    /// <exception cref="SpecException">Something is wrong; carries everything that is, in the order of the file.</exception>
    public static ExperimentSpec Read(string json, bool needsTraining = true, SpecCheck? check = null)
    {
        var problems = new SpecProblems();
        var node = JsonText.Parse(json, problems);
        if (node is null)
            problems.ThrowIfAny(node);
        return Read(node, needsTraining, check, problems);
    }

    /// <summary>Reads what another format was turned into.</summary>
    /// <inheritdoc cref="Read(string, bool, SpecCheck)"/>
    public static ExperimentSpec Read(JsonNode? node, bool needsTraining = true, SpecCheck? check = null) =>
        Read(node, needsTraining, check, new SpecProblems());

    /// <summary>The completed spec as indented JSON. Reading it gives the spec again.</summary>
    public static string Write(ExperimentSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Indented) + "\n";

    private static ExperimentSpec Read(JsonNode? node, bool needsTraining, SpecCheck? check, SpecProblems problems)
    {
        var isWithoutTraining = !needsTraining && node is JsonObject whole && whole["training"] is (null or JsonObject { Count: 0 });
        node = Without(node, SpecSchema.Reference);
        if (isWithoutTraining)
            node = Without(node, "training");

        var plain = new ShapeReader(problems, optional: isWithoutTraining ? TrainingTemplate.Pointer : null).Read(node, typeof(ExperimentSpec), "");
        if (node is JsonObject file && plain is JsonObject read)
        {
            if (isWithoutTraining)
                read["training"] = TrainingTemplate.None.Json.DeepClone();
            var draft = new Draft(file, read, problems);
            CheckRules(draft);
            foreach (var (pointer, message) in check?.Invoke(new SoundParts(draft)).ToList() ?? [])
                problems.Add(pointer, message);
        }

        problems.ThrowIfAny(node);
        return plain.Deserialize<ExperimentSpec>(SpecJson.Options)!;
    }

    private static JsonNode? Without(JsonNode? node, string field)
    {
        if (node is not JsonObject whole || !whole.ContainsKey(field))
            return node;
        var rest = whole.DeepClone().AsObject();
        rest.Remove(field);
        return rest;
    }

    // Space and constraints first: the others ask which of their parameters are sound.
    private static void CheckRules(Draft draft)
    {
        SpaceRules.Check(draft);
        ConstraintRules.Check(draft);
        ObjectiveRules.Check(draft);
        TunerRules.Check(draft);
        TrainingRules.Check(draft);
        AdaptationRules.Check(draft);
        RetuneRules.Check(draft);
    }
}
