using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.History;

/// <summary>
/// A search space as learners see it: a point is a coordinate in [0, 1] per parameter, in the middle of its value's part where the
/// values can be counted, and not a number where the parameter is not active.
/// </summary>
internal sealed class UnitSpace
{
    private readonly SearchSpace space;
    private readonly int[] conditional;

    public UnitSpace(SearchSpace space)
    {
        this.space = space;
        Parameters = space.Parameters;
        IsChoice = [.. Parameters.Select(parameter => parameter is ChoiceParameter)];
        Levels = [.. Parameters.Select(parameter => double.IsFinite(parameter.Cardinality) && parameter.Cardinality <= int.MaxValue ? (int)parameter.Cardinality : 0)];
        conditional = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].When is not null)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public int Dimensions => Parameters.Count;

    /// <summary>Whether the values of a parameter have no order.</summary>
    public bool[] IsChoice { get; }

    /// <summary>How many values a parameter has; 0 for a continuous one.</summary>
    public int[] Levels { get; }

    public bool HasConditions => conditional.Length > 0;

    public SearchSpace Space => space;

    /// <summary>The coordinates of a point.</summary>
    public double[] Of(Point point)
    {
        var unit = new double[Dimensions];
        space.Encode(point, unit);
        return unit;
    }

    public Point PointAt(ReadOnlySpan<double> unit) => space.Decode(unit);

    /// <summary>Moves each coordinate to the middle of its value's part and clears those of parameters that are not active.</summary>
    public void Settle(Span<double> unit)
    {
        for (var i = 0; i < unit.Length; i++)
            unit[i] = Settle(i, unit[i]);
        if (!HasConditions)
            return;
        space.Encode(space.Decode(unit), unit);
    }

    /// <summary>The middle of the part that the coordinate of one parameter lies in.</summary>
    public double Settle(int parameter, double coordinate) =>
        Levels[parameter] == 0 ? Math.Clamp(coordinate, 0, 1)
        : Parameters[parameter] is ListedParameter ? (Math.Clamp(Math.Floor(coordinate * Levels[parameter]), 0, Levels[parameter] - 1) + 0.5) / Levels[parameter]
        : Parameters[parameter].Encode(Parameters[parameter].Decode(Math.Clamp(coordinate, 0, 1)));

    /// <summary>Settles coordinates of which one was changed: parameters that became active get a random value.</summary>
    public void Resettle(double[] unit, KeyedRandom random)
    {
        if (HasConditions)
        {
            for (var i = 0; i < unit.Length; i++)
            {
                if (double.IsNaN(unit[i]))
                    unit[i] = random.NextDouble();
            }
        }

        Settle(unit);
    }

    /// <summary>Some coordinates moved by a normal step, or to another value where there is no order.</summary>
    public double[] Disturbed(double[] near, KeyedRandom random, double deviation, double share)
    {
        var unit = (double[])near.Clone();
        var forced = random.NextInt32(unit.Length);
        for (var i = 0; i < unit.Length; i++)
        {
            if (double.IsNaN(unit[i]) || (i != forced && random.NextDouble() >= share))
                continue;
            if (IsChoice[i])
            {
                if (random.NextDouble() < Math.Max(deviation * 2, 0.2))
                    unit[i] = random.NextDouble();
            }
            else if (Levels[i] > 0)
            {
                var step = Math.Max(deviation, 0.7 / Levels[i]);
                unit[i] = Math.Clamp(unit[i] + step * random.NextGaussian(), 0, 1 - 1e-9);
            }
            else
                unit[i] = Math.Clamp(unit[i] + deviation * random.NextGaussian(), 0, 1);
        }

        Resettle(unit, random);
        return unit;
    }

    /// <summary>Other coordinates of a parameter with levels: all of them when they are few or without order, else those nearby and some far.</summary>
    public IEnumerable<double> Neighbours(int parameter, double coordinate, KeyedRandom random)
    {
        var levels = Levels[parameter];
        if (levels <= 12)
        {
            for (var level = 0; level < levels; level++)
            {
                var other = Settle(parameter, (level + 0.5) / levels);
                if (Math.Abs(other - coordinate) > 1e-9)
                    yield return other;
            }

            yield break;
        }

        foreach (var step in (double[])[-1, 1, -2, 2, -5, 5])
            yield return Settle(parameter, Math.Clamp(coordinate + step / levels, 0, 1 - 1e-9));
        for (var i = 0; i < 4; i++)
            yield return Settle(parameter, random.NextDouble());
    }
}
