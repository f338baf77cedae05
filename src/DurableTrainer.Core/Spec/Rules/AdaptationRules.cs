using System.Text.Json.Nodes;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>
/// Adaptation has something to change, and what it changes decides neither which parameters there are nor how long a trial is: both are
/// settled when a trial starts.
/// </summary>
internal static class AdaptationRules
{
    public static void Check(Draft draft)
    {
        if (draft.File["adaptation"] is null || !draft.IsSpaceSound)
            return;
        var adjustable = draft.Space.Parameters.Where(parameter => parameter.Adjustable).Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (adjustable.Count == 0)
            draft.Problems.Add("/adaptation", "has nothing to change: no parameter of the space is \"adjustable\"");
        foreach (var (pointer, parameter) in draft.Items<Parameter>("/space").ToList())
        {
            foreach (var name in (parameter.When?.Keys ?? []).Where(adjustable.Contains))
            {
                draft.Problems.Add(
                    JsonPointer.Member($"{pointer}/when", name),
                    $"'{name}' is adjustable, so '{parameter.Name}' might come and go while a trial runs; make '{name}' not adjustable, or '{parameter.Name}' independent of it");
            }
        }

        CheckEpochs(draft, adjustable);
    }

    private static void CheckEpochs(Draft draft, HashSet<string> adjustable)
    {
        const string Pointer = "/training/epochs";
        if ((draft.File["training"] as JsonObject)?["epochs"] is not JsonValue epochs || !draft.Problems.IsSound(Pointer)
            || !epochs.TryGetValue<string>(out var text) || !Expression.IsExpression(text))
        {
            return;
        }

        foreach (var name in Expression.Parse(text).Names.Where(adjustable.Contains))
            draft.Problems.Add(Pointer, $"\"{text}\" needs '{name}', which is adjustable, but how long a trial is must not change while it runs");
    }
}
