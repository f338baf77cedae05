using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Expressions;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Expressions name parameters, and with every point that is tried the training can be bound.</summary>
internal static class TrainingRules
{
    private const int MaxNodes = 200_000;

    public static void Check(Draft draft)
    {
        if (draft.File["training"] is not JsonObject training)
            return;
        CheckNames(draft, training, TrainingTemplate.Pointer);
        CheckPoints(draft, training);
        CheckEpochs(draft, training);
        if (TrainingTemplate.ShapeOf(training) == typeof(Training.CommandTrainingSpec))
            CheckCommand(draft, training);
    }

    private static void CheckNames(Draft draft, JsonNode? node, string pointer)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                    CheckNames(draft, value, JsonPointer.Member(pointer, name));
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    CheckNames(draft, items[i], JsonPointer.Item(pointer, i));
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && Expression.IsExpression(text) && draft.Problems.IsSound(pointer):
                foreach (var unknown in Expression.Parse(text).Names.Select(draft.UnknownParameter).OfType<string>())
                    draft.Problems.Add(pointer, $"\"{text}\": {unknown}");
                break;
        }
    }

    /// <summary>Binds sample points. A place is reported with the first point that shows what is wrong with it.</summary>
    private static void CheckPoints(Draft draft, JsonObject training)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        JsonPointer.Number(training, TrainingTemplate.Pointer, places);
        var known = draft.Space.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        Func<string, bool>? isUnknowable = draft.IsSpaceSound ? null : name => !known.Contains(name);
        var template = new TrainingTemplate(training);
        foreach (var point in Samples.Of(draft.Space, Math.Clamp(MaxNodes / places.Count, 2, 64), keepConstraints: draft.Problems.IsSound("/constraints")))
        {
            var found = new SpecProblems();
            template.Check(point, found, isUnknowable);
            foreach (var (pointer, message) in found.All)
            {
                if (draft.Problems.IsNews(pointer) && draft.Problems.IsSound(pointer))
                    draft.Problems.Add(pointer, message.Contains(" in the point ", StringComparison.Ordinal) ? message : $"{message}; so in the point {point}");
            }
        }
    }

    /// <summary>Which program runs is the same for all trials, so that it can be allowed; and of its model nothing is known.</summary>
    private static void CheckCommand(Draft draft, JsonObject training)
    {
        const string Program = TrainingTemplate.Pointer + "/command/run/0";
        if (draft.Section<LimitsSpec>("limits") is { Parameters: not null })
            draft.Problems.Add("/limits/parameters", "cannot be held with a command, of whose model nothing is known; leave it out");
        if (!draft.Problems.IsSound(Program) || (training["command"] as JsonObject)?["run"] is not JsonArray { Count: > 0 } run || run[0]?.GetValueKind() != JsonValueKind.String)
            return;
        var program = run[0]!.GetValue<string>();
        if (Expression.IsExpression(program))
            draft.Problems.Add(Program, $"is \"{program}\", must be the same program for every point");
        else if (string.IsNullOrWhiteSpace(program))
            draft.Problems.Add(Program, "is empty, must be a program");
    }

    private static void CheckEpochs(Draft draft, JsonObject training)
    {
        var epochs = training["epochs"] ?? Contract.Defaults(typeof(Training.TrainingSpec))["epochs"];
        if (epochs!.GetValueKind() != JsonValueKind.Number || !draft.Problems.IsSound("/training/epochs"))
            return;
        if (draft.Section<SchedulerSpec>("scheduler") is { } scheduler && scheduler.FirstRung > Scalar.Number(epochs))
            draft.Problems.Add("/scheduler/minEpochs", $"is {scheduler.FirstRung}, must be at most the epochs of a trial, which are {Scalar.Number(epochs)}");
    }
}
