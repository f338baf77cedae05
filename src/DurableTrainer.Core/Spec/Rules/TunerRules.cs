using System.Text.Json.Nodes;
using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>Points to try first lie in the space; a search ends by a rule that its objectives have.</summary>
internal static class TunerRules
{
    public static void Check(Draft draft)
    {
        foreach (var (pointer, point) in draft.Items<Point>("/tuner/points").ToList())
            CheckPoint(draft, pointer, point);

        if (draft.File["convergence"] is not null
            && draft.Section<ConvergenceSpec>("convergence") is { Rule: ConvergenceRule.Regret }
            && draft.File["objective"] is JsonArray { Count: > 1 }
            && draft.Problems.IsSound("/objective"))
        {
            draft.Problems.Add("/convergence/rule", "is regret, which looks at one objective alone, and there are several; use plateau");
        }
    }

    private static void CheckPoint(Draft draft, string pointer, Point point)
    {
        foreach (var (name, value) in point)
        {
            var place = JsonPointer.Member(pointer, name);
            if (draft.UnknownParameter(name) is { } unknown)
                draft.Problems.Add(place, unknown);
            else if (draft.Space.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter)
                CheckValue(draft, place, point, parameter, value);
        }

        // What cannot be computed was reported with the constraint.
        if (draft.Problems.IsSound(pointer) && draft.Problems.IsSound("/constraints") && point.Count > 0)
        {
            foreach (var constraint in draft.Items<string>("/constraints").Select(item => Constraint.Parse(item.Item)))
            {
                if (!constraint.Holds(point))
                    draft.Problems.Add(pointer, $"breaks the constraint \"{constraint}\"");
            }
        }
    }

    private static void CheckValue(Draft draft, string place, Point point, Parameter parameter, ParameterValue value)
    {
        if (!parameter.Allows(value))
        {
            draft.Problems.Add(place, $"is {value}, must be {parameter.DescribeValues()}");
            return;
        }

        foreach (var (name, values) in parameter.When ?? new Dictionary<string, IReadOnlyList<ParameterValue>>())
        {
            if (point.TryGet(name, out var given) && !values.Contains(given))
                draft.Problems.Add(place, $"is not active when '{name}' is {given}, only when it is {string.Join(" or ", values)}");
        }
    }
}
