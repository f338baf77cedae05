using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec;

/// <summary>The <c>training</c> part of a spec, in which any value may be an expression over parameters such as <c>"$width * 2"</c>.</summary>
[JsonConverter(typeof(TrainingTemplateConverter))]
public sealed class TrainingTemplate(JsonObject json)
{
    /// <summary>Where the template stands in its file.</summary>
    internal const string Pointer = "/training";

    /// <summary>For experiments that train outside of this program and only ask which points to try.</summary>
    public static TrainingTemplate None { get; } = new([]);

    public JsonObject Json { get; } = json;

    /// <summary>What a trial of <paramref name="point"/> trains. Fields whose expression names a parameter that is not active get their default.</summary>
    /// <exception cref="SpecException">The values do not fit; pointers start with <c>/training</c>.</exception>
    public TrainingSpec Bind(Point point)
    {
        var problems = new SpecProblems();
        var training = TryBind(point, problems);
        problems.ThrowIfAny(new JsonObject { ["training"] = Json.DeepClone() });
        return training!;
    }

    /// <summary>The same with defaults filled in and shorthands written out; expressions stay.</summary>
    /// <exception cref="SpecException">Something is wrong whatever the point; pointers start with <c>/training</c>.</exception>
    public TrainingTemplate Completed()
    {
        var problems = new SpecProblems();
        var completed = new ShapeReader(problems, isTemplate: true).Read(Json, typeof(TrainingSpec), Pointer);
        problems.ThrowIfAny(new JsonObject { ["training"] = Json.DeepClone() });
        return new TrainingTemplate((JsonObject)completed!);
    }

    /// <summary>Null when something is wrong or depends on parameters that <paramref name="isUnknowable"/> names.</summary>
    internal TrainingSpec? TryBind(Point point, SpecProblems problems, Func<string, bool>? isUnknowable = null)
    {
        var before = problems.Count;
        var substitution = new Substitution(Json, Pointer, point, isUnknowable);
        var json = new ShapeReader(problems, isTemplate: isUnknowable is not null, substitution).Read(substitution.Result, typeof(TrainingSpec), Pointer);
        if (problems.Count > before || isUnknowable is not null)
            return null;
        return json.Deserialize<TrainingSpec>(SpecJson.Options);
    }
}

internal sealed class TrainingTemplateConverter : JsonConverter<TrainingTemplate>
{
    public override TrainingTemplate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonNode.Parse(ref reader) is JsonObject json ? new TrainingTemplate(json) : throw new JsonException("must be an object");

    public override void Write(Utf8JsonWriter writer, TrainingTemplate value, JsonSerializerOptions options) => value.Json.WriteTo(writer, options);
}
