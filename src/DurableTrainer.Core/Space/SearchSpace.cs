using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Space;

/// <summary>
/// The points that an experiment may try: parameters, their conditions, and constraints. Coordinates are numbers in [0, 1), one per
/// parameter in the order of the space; equal parts of the interval mean equally likely values.
/// </summary>
public sealed class SearchSpace
{
    private readonly int[] order;
    private readonly IReadOnlyList<Constraint> constraints;
    private readonly Dictionary<string, int> positions;

    /// <exception cref="ArgumentException">Conditions form a circle, or two parameters have one name.</exception>
    /// <exception cref="ExpressionException">A constraint cannot be understood.</exception>
    public SearchSpace(IReadOnlyList<Parameter> parameters, IEnumerable<string> constraints)
    {
        Parameters = parameters;
        positions = parameters.Select((parameter, position) => (parameter.Name, position)).ToDictionary(StringComparer.Ordinal);
        order = Conditions.Order(parameters);
        this.constraints = [.. constraints.Select(Constraint.Parse)];
        Cardinality = Counting.Count(parameters, order);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// How many distinct points there are: exact with conditions, an upper bound with constraints, infinite with a continuous parameter.
    /// </summary>
    public double Cardinality { get; }

    /// <summary>The space of a spec that has been read, which is why nothing can be wrong with it.</summary>
    public static SearchSpace Of(ExperimentSpec spec) => new(spec.Space, spec.Constraints);

    /// <summary>The point at the coordinates; coordinates of parameters that are not active do not matter.</summary>
    public Point Decode(ReadOnlySpan<double> unit) => Complete(Point.Empty, unit);

    /// <summary>The coordinates of a point, NaN for parameters that are not active in it.</summary>
    public void Encode(Point point, Span<double> unit)
    {
        Require(unit.Length);
        for (var i = 0; i < Parameters.Count; i++)
            unit[i] = point.TryGet(Parameters[i].Name, out var value) ? Parameters[i].Encode(value) : double.NaN;
    }

    /// <summary>
    /// The values that <paramref name="partial"/> gives, and for every other active parameter the one at its coordinate. Where a given
    /// value needs another parameter to activate it, that one takes a value that does.
    /// </summary>
    public Point Complete(Point partial, ReadOnlySpan<double> unit)
    {
        Require(unit.Length);
        var needed = Needed(partial);
        var values = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var i in order)
        {
            var parameter = Parameters[i];
            if (!Conditions.Hold(parameter, values))
                continue;
            values[parameter.Name] = partial.TryGet(parameter.Name, out var given) ? given
                : needed.TryGetValue(parameter.Name, out var allowed) ? allowed[Grid.Index(unit[i], allowed.Count)]
                : parameter.Decode(unit[i]);
        }

        return InOrder(values);
    }

    /// <summary>Whether the values of the point activate the parameter.</summary>
    public bool IsActive(Parameter parameter, Point point) =>
        parameter.When is null
        || parameter.When.All(condition => point.TryGet(condition.Key, out var value) && condition.Value.Contains(value)
            && IsActive(Parameters[positions[condition.Key]], point));

    /// <summary>Whether the point keeps all constraints.</summary>
    public bool Satisfies(Point point) => constraints.All(constraint => constraint.Holds(point));

    /// <summary>Why <paramref name="point"/> is not a complete point of this space, as sentences; empty when it is.</summary>
    public IReadOnlyList<string> Problems(Point point)
    {
        var problems = new List<string>();
        foreach (var (name, value) in point)
        {
            if (!positions.TryGetValue(name, out var position))
                problems.Add(Nearest.Unknown("parameter", name, positions.Keys));
            else if (!Parameters[position].Allows(value))
                problems.Add($"'{name}' is {value}, must be {Parameters[position].DescribeValues()}");
            else if (!IsActive(Parameters[position], point))
                problems.Add($"'{name}' has a value but is not active: it is only {Describe(Parameters[position].When!)}");
        }

        foreach (var parameter in Parameters)
        {
            if (!point.Contains(parameter.Name) && IsActive(parameter, point))
                problems.Add($"'{parameter.Name}' has no value, must be {parameter.DescribeValues()}");
        }

        if (problems.Count == 0)
            problems.AddRange(constraints.Where(constraint => !constraint.Holds(point)).Select(constraint => $"breaks the constraint {constraint}"));
        return problems;
    }

    /// <summary>All points that keep the constraints, the last parameter changing first.</summary>
    /// <exception cref="InvalidOperationException">A parameter is continuous.</exception>
    public IEnumerable<Point> Enumerate() => double.IsInfinity(Cardinality)
        ? throw new InvalidOperationException("A space with a continuous parameter has no end of points.")
        : Enumerate(0, new Dictionary<string, ParameterValue>(StringComparer.Ordinal)).Where(Satisfies);

    private IEnumerable<Point> Enumerate(int depth, Dictionary<string, ParameterValue> values)
    {
        if (depth == order.Length)
        {
            yield return InOrder(values);
            yield break;
        }

        var parameter = Parameters[order[depth]];
        if (!Conditions.Hold(parameter, values))
        {
            foreach (var point in Enumerate(depth + 1, values))
                yield return point;
            yield break;
        }

        foreach (var value in parameter.AllValues())
        {
            values[parameter.Name] = value;
            foreach (var point in Enumerate(depth + 1, values))
                yield return point;
        }

        values.Remove(parameter.Name);
    }

    /// <summary>For parameters without a value in <paramref name="partial"/>: the values that activate what has one.</summary>
    private Dictionary<string, IReadOnlyList<ParameterValue>> Needed(Point partial)
    {
        var needed = new Dictionary<string, IReadOnlyList<ParameterValue>>(StringComparer.Ordinal);
        if (partial.Count == 0)
            return needed;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            var parameter = Parameters[order[i]];
            if (parameter.When is null || !(partial.Contains(parameter.Name) || needed.ContainsKey(parameter.Name)))
                continue;
            foreach (var (name, values) in parameter.When)
            {
                if (partial.Contains(name))
                    continue;
                IReadOnlyList<ParameterValue> both = needed.TryGetValue(name, out var others) ? [.. others.Where(values.Contains)] : values;
                if (both.Count > 0)
                    needed[name] = both;
            }
        }

        return needed;
    }

    private Point InOrder(Dictionary<string, ParameterValue> values) =>
        new(Parameters.Where(parameter => values.ContainsKey(parameter.Name)).Select(parameter => KeyValuePair.Create(parameter.Name, values[parameter.Name])));

    private void Require(int coordinates)
    {
        if (coordinates != Parameters.Count)
            throw new ArgumentException($"{coordinates} coordinates were given for {Parameters.Count} parameters.", nameof(coordinates));
    }

    private static string Describe(IReadOnlyDictionary<string, IReadOnlyList<ParameterValue>> when) =>
        string.Join(" and ", when.Select(condition => $"when '{condition.Key}' is {string.Join(" or ", condition.Value)}"));
}
