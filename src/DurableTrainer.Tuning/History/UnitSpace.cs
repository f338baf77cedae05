using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Beliefs;

namespace DurableTrainer.Tuning.History;

/// <summary>
/// A search space as learners see it: a point is a coordinate in [0, 1] per parameter, in the middle of its value's part where the
/// values can be counted, and not a number where the parameter is not active.
/// </summary>
internal sealed class UnitSpace
{
    private readonly bool hasConditions;
    private readonly bool hasConstraints;
    private readonly Lazy<TransferredBelief?> transferred;

    public UnitSpace(SearchSettings settings)
    {
        Inner = new SearchSpace(settings.Space, settings.Constraints);
        hasConstraints = settings.Constraints.Count > 0;
        hasConditions = settings.Space.Any(parameter => parameter.When is not null);
        IsChoice = [.. settings.Space.Select(parameter => parameter is ChoiceParameter)];
        Levels = [.. settings.Space.Select(parameter => parameter.Cardinality < int.MaxValue ? (int)parameter.Cardinality : 0)];
        transferred = new(() => TransferredBelief.Of(this, settings));
    }

    public SearchSpace Inner { get; }

    public int Dimensions => IsChoice.Length;

    /// <summary>Whether the values of a parameter have no order.</summary>
    public bool[] IsChoice { get; }

    /// <summary>How many values a parameter has; 0 when they are too many to count.</summary>
    public int[] Levels { get; }

    /// <summary>What earlier experiments lead one to expect here; null when there were none. No trial changes it: it is fitted once.</summary>
    public TransferredBelief? Transferred => transferred.Value;

    public double[] Of(Point point)
    {
        var unit = new double[Dimensions];
        Inner.Encode(point, unit);
        return unit;
    }

    public Point PointAt(ReadOnlySpan<double> unit) => Inner.Decode(unit);

    public bool Satisfies(Point point) => !hasConstraints || Inner.Satisfies(point);

    public bool Satisfies(ReadOnlySpan<double> unit) => !hasConstraints || Inner.Satisfies(PointAt(unit));

    /// <summary>Moves each coordinate to the middle of its value's part, and clears those of parameters that are not active.</summary>
    public void Settle(Span<double> unit)
    {
        for (var i = 0; i < unit.Length; i++)
            unit[i] = Settle(i, unit[i]);
        if (hasConditions)
            Inner.Encode(PointAt(unit), unit);
    }

    /// <summary>Settles a point of which values were changed: parameters that this activates get random values.</summary>
    public void Settle(Span<double> unit, KeyedRandom random)
    {
        foreach (ref var coordinate in unit)
        {
            if (double.IsNaN(coordinate))
                coordinate = random.NextDouble();
        }

        Settle(unit);
    }

    /// <summary>
    /// The coordinates with a number for each: the middle where an ordered parameter is not active, and where another is not, a value that
    /// no other point has.
    /// </summary>
    public double[] Impute(ReadOnlySpan<double> unit)
    {
        var row = unit.ToArray();
        for (var i = 0; i < row.Length; i++)
        {
            if (double.IsNaN(row[i]))
                row[i] = IsChoice[i] ? -1 : 0.5;
        }

        return row;
    }

    /// <summary>
    /// How far the next value lies from a coordinate, of a parameter whose values can be counted: on a logarithmic scale more at its low
    /// end, where a step may be a large share of the range.
    /// </summary>
    public double StepAt(int dimension, double coordinate)
    {
        var parameter = Inner.Parameters[dimension];
        if (parameter is not (IntParameter { Scale: ParameterScale.Log } or FloatParameter { Scale: ParameterScale.Log }))
            return 1.0 / Levels[dimension];
        var step = parameter is IntParameter whole ? whole.Step : ((FloatParameter)parameter).Step!.Value;
        var value = parameter.Decode(Math.Clamp(coordinate, 0, 1)).Number;
        return parameter.Encode(value + step) - parameter.Encode(value) is var up && up > 1e-6 ? up : 1.0 / Levels[dimension];
    }

    /// <summary>The middle of the part that a coordinate lies in.</summary>
    public double Settle(int dimension, double coordinate)
    {
        var parameter = Inner.Parameters[dimension];
        var levels = Levels[dimension];
        return levels == 0 ? Math.Clamp(coordinate, 0, 1)
            : parameter is ListedParameter ? (Math.Clamp(Math.Floor(coordinate * levels), 0, levels - 1) + 0.5) / levels
            : parameter.Encode(parameter.Decode(Math.Clamp(coordinate, 0, 1)));
    }
}
