using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Objectives name metrics that the training reports, each its own, and are taken from one epoch.</summary>
internal static partial class ObjectiveRules
{
    public static void Check(Draft draft)
    {
        var known = Known(draft);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, metric) in Metrics(draft.File["objective"]).Where(item => draft.Problems.IsSound(item.Pointer)).ToList())
        {
            if (!seen.Add(metric))
                draft.Problems.Add(pointer, $"is \"{metric}\" like that of another objective, each must have its own");
            else if (known is not null && !known.Contains(metric))
                draft.Problems.Add(pointer, $"{Scalar.NotOneOf(metric, known)}{Hint(metric)}");
        }

        var objectives = draft.Items<ObjectiveSpec>("/objective").ToList();
        foreach (var (pointer, objective) in objectives.Where(item => item.Item.Reduce != objectives[0].Item.Reduce))
        {
            draft.Problems.Add(
                JsonPointer.Member(pointer, "reduce"),
                $"is {Name(objective.Reduce)}, must be {Name(objectives[0].Item.Reduce)} like that of the first: all values of a trial come from one epoch");
        }
    }

    private static string Name(Reduction reduction) => reduction.ToString().ToLowerInvariant();

    private static IEnumerable<(string Pointer, string Metric)> Metrics(JsonNode? node, string pointer = "/objective") => node switch
    {
        JsonArray items => items.SelectMany((item, i) => item is JsonObject ? Metrics(item, JsonPointer.Item(pointer, i)) : []),
        JsonObject objective when objective["metric"] is JsonValue metric && metric.TryGetValue<string>(out var name) => [($"{pointer}/metric", name)],
        _ => [],
    };

    /// <summary>What the loss reports of each part of the data, and what is known of every model; of every loss when it is not fixed. Null without training, and where a program reports what it likes.</summary>
    private static List<string>? Known(Draft draft)
    {
        if (draft.File["training"] is not JsonObject training || TrainingTemplate.ShapeOf(training) == typeof(CommandTrainingSpec))
            return null;
        var metrics = Fixed(draft, training["loss"])?.Metrics ?? Contract.Choices(typeof(LossSpec)).SelectMany(loss => Default(loss.Type).Metrics).Distinct();
        return [.. metrics.SelectMany(metric => (string[])[$"validation.{metric}", $"train.{metric}"]), .. ModelMetrics.All];
    }

    /// <summary>The loss, with its default for what expressions give; null when its type is unknown or an expression.</summary>
    private static LossSpec? Fixed(Draft draft, JsonNode? node)
    {
        var written = node as JsonObject ?? new JsonObject { ["type"] = node?.DeepClone() };
        var loss = Contract.Choices(typeof(LossSpec)).FirstOrDefault(loss =>
            written["type"] is JsonValue value && value.TryGetValue<string>(out var text) && loss.Name == text);
        if (loss.Type is null || !draft.Problems.IsSound("/training/loss"))
            return loss.Type is null ? null : Default(loss.Type);
        var plain = written.Where(member => !(member.Value is JsonValue value && value.TryGetValue<string>(out var text) && Expression.IsExpression(text)));
        return new JsonObject(plain.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).Deserialize<LossSpec>(SpecJson.Options);
    }

    private static LossSpec Default(Type loss) => (LossSpec)Contract.Of(loss).CreateObject!();

    private static string Hint(string metric) =>
        metric.StartsWith("test.", StringComparison.Ordinal) ? "; the test share measures only the best model, once"
        : TopK().Match(metric) is { Success: true } match ? $"; cross-entropy reports it with \"topK\": {match.Groups[1].Value}"
        : "";

    [GeneratedRegex(@"^(?:train|validation)\.top([0-9]+)Accuracy\z")]
    private static partial Regex TopK();
}
