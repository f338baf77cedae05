namespace DurableTrainer.Core.Space;

/// <summary>
/// Counts the points of a space with conditions. Parameters that no condition connects multiply; within a connected group the values
/// of those that activate others are tried, all values that no condition names as one.
/// </summary>
internal static class Counting
{
    // A hostile spec can tie dozens of parameters into one knot; past this many assignments the product is bound enough.
    private const int MaxAssignments = 1_000_000;

    public static double Count(IReadOnlyList<Parameter> parameters, int[] order)
    {
        var count = 1.0;
        foreach (var group in Groups([.. order.Select(i => parameters[i])]))
            count *= group.Count == 1 ? group[0].Cardinality : new Group(group).Count();
        return count;
    }

    private static IEnumerable<List<Parameter>> Groups(IReadOnlyList<Parameter> parameters)
    {
        var groups = new List<List<Parameter>>();
        foreach (var parameter in parameters)
        {
            var joined = groups.Where(group => group.Exists(other => parameter.When?.ContainsKey(other.Name) == true)).ToList();
            groups.RemoveAll(joined.Contains);
            groups.Add([.. joined.SelectMany(group => group), parameter]);
        }

        // Joining groups may have put parents behind children of another group, so parents first again.
        return groups.Select(group => parameters.Where(group.Contains).ToList());
    }

    private sealed class Group(List<Parameter> parameters)
    {
        private readonly Dictionary<string, ParameterValue> values = new(StringComparer.Ordinal);
        private int assignments;

        public double Count()
        {
            var count = Count(0);
            return assignments <= MaxAssignments ? count : parameters.Aggregate(1.0, (product, parameter) => product * (parameter.Cardinality + 1));
        }

        private double Count(int depth)
        {
            if (depth == parameters.Count || assignments > MaxAssignments)
                return 1;
            var parameter = parameters[depth];
            if (!Conditions.Hold(parameter, values))
                return Count(depth + 1);
            var named = parameters.SelectMany(other => other.When is { } when && when.TryGetValue(parameter.Name, out var list) ? list : [])
                .Where(parameter.Allows).Distinct().ToList();
            if (named.Count == 0)
                return parameter.Cardinality * Count(depth + 1);

            var count = 0.0;
            foreach (var value in named)
            {
                assignments++;
                values[parameter.Name] = value;
                count += Count(depth + 1);
            }

            values.Remove(parameter.Name);
            var others = parameter.Cardinality - named.Count;
            return others > 0 ? count + others * Count(depth + 1) : count;
        }
    }
}
