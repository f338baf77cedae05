using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec;

/// <summary>
/// The <c>training</c> part of a spec, in which any value may be an expression over parameters such as <c>"$width * 2"</c>. It describes
/// a model, or names a command that trains one.
/// </summary>
[JsonConverter(typeof(TrainingTemplateConverter))]
public sealed class TrainingTemplate(JsonObject json)
{
    /// <summary>Where the template stands in its file.</summary>
    internal const string Pointer = "/training";

    private const string Command = "command";

    /// <summary>For experiments that train outside of this program and only ask which points to try.</summary>
    public static TrainingTemplate None { get; } = new([]);

    public JsonObject Json { get; } = json;

    /// <summary>Whether a program of the user trains, rather than this one.</summary>
    public bool RunsCommand => ShapeOf(Json) == typeof(CommandTrainingSpec);

    /// <summary>What a trial of <paramref name="point"/> trains. Fields whose expression names a parameter that is not active get their default.</summary>
    /// <exception cref="SpecException">The values do not fit; pointers start with <c>/training</c>.</exception>
    /// <exception cref="InvalidOperationException">A command trains.</exception>
    public TrainingSpec Bind(Point point) =>
        RunsCommand ? throw new InvalidOperationException("A command trains, not a model of the spec.") : Bind<TrainingSpec>(point);

    /// <summary>The command that trains at <paramref name="point"/>.</summary>
    /// <exception cref="SpecException">The values do not fit; pointers start with <c>/training</c>.</exception>
    /// <exception cref="InvalidOperationException">No command trains.</exception>
    public CommandTrainingSpec BindCommand(Point point) =>
        RunsCommand ? Bind<CommandTrainingSpec>(point) : throw new InvalidOperationException("A model of the spec is trained, not a command run.");

    /// <summary>Epochs of a trial of <paramref name="point"/> that nothing stops.</summary>
    /// <exception cref="SpecException">The values do not fit; pointers start with <c>/training</c>.</exception>
    public int EpochsAt(Point point) => RunsCommand ? BindCommand(point).Epochs : Bind(point).Epochs;

    /// <summary>The same with defaults filled in and shorthands written out; expressions stay.</summary>
    /// <exception cref="SpecException">Something is wrong whatever the point; pointers start with <c>/training</c>.</exception>
    public TrainingTemplate Completed()
    {
        var problems = new SpecProblems();
        var completed = new ShapeReader(problems, isTemplate: true).Read(Json, ShapeOf(Json), Pointer);
        problems.ThrowIfAny(new JsonObject { ["training"] = Json.DeepClone() });
        return new TrainingTemplate((JsonObject)completed!);
    }

    /// <summary>The record that a template becomes.</summary>
    internal static Type ShapeOf(JsonNode? template) =>
        template is JsonObject members && members.ContainsKey(Command) ? typeof(CommandTrainingSpec) : typeof(TrainingSpec);

    /// <summary>Tells what does not fit at a point, as far as it does not depend on parameters that <paramref name="isUnknowable"/> names.</summary>
    internal void Check(Point point, SpecProblems problems, Func<string, bool>? isUnknowable) => Read(point, problems, isUnknowable);

    private T Bind<T>(Point point)
    {
        var problems = new SpecProblems();
        var json = Read(point, problems, isUnknowable: null);
        problems.ThrowIfAny(new JsonObject { ["training"] = Json.DeepClone() });
        return json.Deserialize<T>(SpecJson.Options)!;
    }

    private JsonNode? Read(Point point, SpecProblems problems, Func<string, bool>? isUnknowable)
    {
        var substitution = new Substitution(Json, Pointer, point, isUnknowable);
        return new ShapeReader(problems, isTemplate: isUnknowable is not null, substitution).Read(substitution.Result, ShapeOf(Json), Pointer);
    }
}

internal sealed class TrainingTemplateConverter : JsonConverter<TrainingTemplate>
{
    public override TrainingTemplate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonNode.Parse(ref reader) is JsonObject json ? new TrainingTemplate(json) : throw new JsonException("must be an object");

    public override void Write(Utf8JsonWriter writer, TrainingTemplate value, JsonSerializerOptions options) => value.Json.WriteTo(writer, options);
}
