namespace DurableTrainer.Core.Space;

/// <summary>Which parameter depends on which through <see cref="Parameter.When"/>.</summary>
internal static class Conditions
{
    /// <summary>Whether the values that are already in the point activate the parameter. An inactive parent has no value.</summary>
    public static bool Hold(Parameter parameter, IReadOnlyDictionary<string, ParameterValue> point) =>
        parameter.When is null
        || parameter.When.All(condition => point.TryGetValue(condition.Key, out var value) && condition.Value.Contains(value));

    /// <summary>Positions of the parameters such that each comes after those that its condition names; otherwise as given.</summary>
    /// <exception cref="ArgumentException">Conditions form a circle.</exception>
    public static int[] Order(IReadOnlyList<Parameter> parameters)
    {
        var order = new List<int>(parameters.Count);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        var names = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        while (order.Count < parameters.Count)
        {
            var before = order.Count;
            for (var i = 0; i < parameters.Count; i++)
            {
                if (placed.Contains(parameters[i].Name) || parameters[i].When?.Keys.Any(name => names.Contains(name) && !placed.Contains(name)) == true)
                    continue;
                order.Add(i);
                placed.Add(parameters[i].Name);
            }

            if (order.Count == before)
            {
                var rest = parameters.Select(parameter => parameter.Name).Where(name => !placed.Contains(name));
                throw new ArgumentException($"The conditions of {string.Join(", ", rest)} depend on each other.", nameof(parameters));
            }
        }

        return [.. order];
    }
}
