using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Constraints can be understood, and some points keep them.</summary>
internal static class ConstraintRules
{
    public static void Check(Draft draft)
    {
        foreach (var (pointer, text) in draft.Items<string>("/constraints").ToList())
            CheckText(draft, pointer, text);

        var constraints = draft.Items<string>("/constraints").Select(item => (item.Pointer, Constraint: Constraint.Parse(item.Item)))
            .Where(item => item.Constraint.Names.All(name => draft.Space.Parameters.Any(parameter => parameter.Name == name))).ToList();
        if (constraints.Count > 0)
            CheckPoints(draft, constraints);
    }

    private static void CheckText(Draft draft, string pointer, string text)
    {
        try
        {
            foreach (var unknown in Constraint.Parse(text).Names.Select(draft.UnknownParameter).OfType<string>())
                draft.Problems.Add(pointer, $"\"{text}\": {unknown}");
        }
        catch (ExpressionException exception)
        {
            draft.Problems.Add(pointer, $"\"{text}\" is not a constraint: {exception.Message}");
        }
    }

    private static void CheckPoints(Draft draft, List<(string Pointer, Constraint Constraint)> constraints)
    {
        var points = Samples.Of(draft.Space, 2000, keepConstraints: false);
        List<Point> kept = [.. points];
        foreach (var (pointer, constraint) in constraints)
        {
            try
            {
                kept.RemoveAll(point => !constraint.Holds(point));
                if (!points.Exists(constraint.Holds))
                    draft.Problems.Add(pointer, $"\"{constraint}\" leaves nothing to try: none of {points.Count} points of the space keeps it");
            }
            catch (ExpressionException exception)
            {
                draft.Problems.Add(pointer, $"\"{constraint}\" cannot be computed: {exception.Message}");
            }
        }

        if (kept.Count == 0 && constraints.TrueForAll(item => draft.Problems.IsSound(item.Pointer)))
            draft.Problems.Add("/constraints", $"leave nothing to try together: none of {points.Count} points of the space keeps them all");
    }
}
