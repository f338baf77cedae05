using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>How the parameters of a space fit together: names, conditions.</summary>
internal static class SpaceRules
{
    public static void Check(Draft draft)
    {
        var parameters = new Dictionary<string, (string Pointer, Parameter Parameter)>(StringComparer.Ordinal);
        foreach (var (pointer, parameter) in draft.Items<Parameter>("/space").ToList())
        {
            if (!parameters.TryAdd(parameter.Name, (pointer, parameter)))
                draft.Problems.Add($"{pointer}/name", $"is '{parameter.Name}', the name of {parameters[parameter.Name].Pointer} already");
        }

        foreach (var (pointer, parameter) in parameters.Values)
        {
            foreach (var (name, values) in parameter.When ?? new Dictionary<string, IReadOnlyList<ParameterValue>>())
                CheckCondition(draft, JsonPointer.Member($"{pointer}/when", name), parameter, name, values, parameters);
        }

        CheckCircles(draft, parameters);
    }

    private static void CheckCondition(
        Draft draft,
        string place,
        Parameter parameter,
        string name,
        IReadOnlyList<ParameterValue> values,
        Dictionary<string, (string Pointer, Parameter Parameter)> parameters)
    {
        if (name == parameter.Name)
            draft.Problems.Add(place, "names the parameter itself, must name another");
        else if (draft.UnknownParameter(name) is { } unknown)
            draft.Problems.Add(place, unknown);
        else if (values.Count == 0)
            draft.Problems.Add(place, $"is empty, must list the values of '{name}' with which '{parameter.Name}' is active");
        else if (parameters.TryGetValue(name, out var other))
        {
            if (double.IsInfinity(other.Parameter.Cardinality))
                draft.Problems.Add(place, $"'{name}' is continuous, must have values that can be listed; give it a \"step\"");
            for (var i = 0; i < values.Count; i++)
            {
                if (!other.Parameter.Allows(values[i]))
                    draft.Problems.Add(JsonPointer.Item(place, i), $"is {values[i]}, but '{name}' is {other.Parameter.DescribeValues()}");
            }
        }
    }

    /// <summary>Follows conditions from each parameter; one that leads back is reported at its first parameter in the file.</summary>
    private static void CheckCircles(Draft draft, Dictionary<string, (string Pointer, Parameter Parameter)> parameters)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in parameters.Keys)
        {
            var path = new List<string>();
            var open = new Stack<(string Name, int Depth)>([(start, 0)]);
            while (open.TryPop(out var step))
            {
                path.RemoveRange(step.Depth, path.Count - step.Depth);
                if (path.IndexOf(step.Name) is >= 0 and var back)
                {
                    // A parameter that names itself was reported already.
                    if (path.Count - back > 1)
                        draft.Problems.Add($"{parameters[path[back]].Pointer}/when", $"leads back to itself: {string.Join(" needs ", path.Skip(back).Append(step.Name))}");
                    done.UnionWith(path);
                    continue;
                }

                if (done.Contains(step.Name) || !parameters.TryGetValue(step.Name, out var entry))
                    continue;
                path.Add(step.Name);
                foreach (var parent in entry.Parameter.When?.Keys ?? [])
                    open.Push((parent, path.Count));
            }

            done.UnionWith(path);
            done.Add(start);
        }
    }
}
