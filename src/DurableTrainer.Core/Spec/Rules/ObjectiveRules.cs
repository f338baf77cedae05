using System.Text.Json.Nodes;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Objectives name metrics that the training reports.</summary>
internal static class ObjectiveRules
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
    }

    private static IEnumerable<(string Pointer, string Metric)> Metrics(JsonNode? node, string pointer = "/objective") => node switch
    {
        JsonArray items => items.SelectMany((item, i) => item is JsonObject ? Metrics(item, JsonPointer.Item(pointer, i)) : []),
        JsonObject objective when objective["metric"] is JsonValue metric && metric.TryGetValue<string>(out var name) => [($"{pointer}/metric", name)],
        _ => [],
    };

    /// <summary>What the loss reports of each part of the data; of every loss when it is not fixed. Null without training.</summary>
    private static List<string>? Known(Draft draft)
    {
        if (draft.File["training"] is not JsonObject training)
            return null;
        var name = (training["loss"] as JsonObject ?? new JsonObject { ["type"] = training["loss"]?.DeepClone() })["type"];
        var losses = Contract.Choices(typeof(LossSpec));
        var fitting = losses.Where(loss => name is JsonValue value && value.TryGetValue<string>(out var text) && loss.Name == text).ToList();
        var metrics = (fitting.Count > 0 ? fitting : losses).SelectMany(loss => ((LossSpec)Contract.Of(loss.Type).CreateObject!()).Metrics).Distinct();
        return [.. metrics.SelectMany(metric => (string[])[$"validation.{metric}", $"train.{metric}"])];
    }

    private static string Hint(string metric) =>
        metric.StartsWith("test.", StringComparison.Ordinal) ? "; the test share measures only the best model, once" : "";
}
