using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Insight;

/// <summary>
/// A search space as a cube: each parameter has a coordinate in [0, 1) at every point, which means nothing where the parameter is not
/// active. What activates a parameter is a part of the cube: for each parameter that it depends on, the coordinates that do.
/// </summary>
internal sealed class InsightSpace
{
    private const double BelowOne = 1 - 1e-12;

    private readonly SearchSpace space;
    private readonly List<(int Parameter, IntervalSet Needed)>[] requirements;

    public InsightSpace(SearchSpace space)
    {
        this.space = space;
        var positions = space.Parameters.Select((parameter, i) => (parameter.Name, i)).ToDictionary(StringComparer.Ordinal);
        requirements = [.. space.Parameters.Select((_, i) => RequirementsOf(i, positions))];
    }

    public IReadOnlyList<Parameter> Parameters => space.Parameters;

    public int Dimensions => Parameters.Count;

    /// <summary>What must hold for a parameter to be active, what comes first in a chain of conditions first; empty when it always is.</summary>
    public IReadOnlyList<(int Parameter, IntervalSet Needed)> RequirementsOf(int parameter) => requirements[parameter];

    /// <summary>The coordinates of a point; not a number where a parameter is not active.</summary>
    public double[] Of(Point point)
    {
        var unit = new double[Dimensions];
        space.Encode(point, unit);
        return [.. unit.Select(coordinate => double.IsNaN(coordinate) ? coordinate : Math.Clamp(coordinate, 0, BelowOne))];
    }

    /// <summary>The coordinates that stand for a value.</summary>
    public static IntervalSet PartOf(Parameter parameter, ParameterValue value)
    {
        if (parameter is ListedParameter listed)
        {
            var index = (double)listed.IndexOf(value);
            return IntervalSet.Between(index / listed.Values.Count, (index + 1) / listed.Values.Count);
        }

        var middle = parameter.Encode(value);
        return IntervalSet.Between(Edge(middle, 0), Edge(middle, 1));

        // How far from the middle towards the limit the coordinates stand for the value.
        double Edge(double inside, double limit)
        {
            var outside = limit;
            if (parameter.Decode(Math.Min(limit, BelowOne)) == value)
                return limit;
            for (var step = 0; step < 60; step++)
            {
                var between = (inside + outside) / 2;
                if (parameter.Decode(between) == value)
                    inside = between;
                else
                    outside = between;
            }

            return outside;
        }
    }

    private List<(int Parameter, IntervalSet Needed)> RequirementsOf(int parameter, Dictionary<string, int> positions)
    {
        var found = new List<(int Parameter, IntervalSet Needed)>();
        foreach (var (name, values) in Parameters[parameter].When ?? new Dictionary<string, IReadOnlyList<ParameterValue>>())
        {
            var parent = positions[name];
            found.AddRange(RequirementsOf(parent, positions));
            found.Add((parent, IntervalSet.Union(values.Where(Parameters[parent].Allows).Select(value => PartOf(Parameters[parent], value)))));
        }

        return [.. found.GroupBy(requirement => requirement.Parameter)
            .Select(group => (group.Key, group.Select(requirement => requirement.Needed).Aggregate((a, b) => a.And(b))))];
    }
}
