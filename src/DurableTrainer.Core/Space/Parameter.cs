using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Space;

/// <summary>One dimension of a search space.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FloatParameter), "float")]
[JsonDerivedType(typeof(IntParameter), "int")]
[JsonDerivedType(typeof(OrdinalParameter), "ordinal")]
[JsonDerivedType(typeof(ChoiceParameter), "choice")]
public abstract record Parameter
{
    /// <summary>The name by which <c>$name</c> and constraints refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// For each named parameter the values with which this one is active; all must hold. Null: always active.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ParameterValue>>? When { get; init; }

    /// <summary>Whether it may change while a trial runs.</summary>
    public bool Adjustable { get; init; }

    /// <summary>How many different values it can take; infinity for a continuous one.</summary>
    [JsonIgnore]
    public abstract double Cardinality { get; }

    /// <summary>The value at <paramref name="unit"/> in [0, 1): equal parts of the interval mean equally likely values.</summary>
    public abstract ParameterValue Decode(double unit);

    /// <summary>The middle of the part of [0, 1) that decodes to <paramref name="value"/>.</summary>
    public abstract double Encode(ParameterValue value);

    /// <summary>Whether <paramref name="value"/> is one of its values.</summary>
    public abstract bool Allows(ParameterValue value);
}

public enum ParameterScale
{
    Linear,
    Log,
}

/// <summary>A real number in [<see cref="Min"/>, <see cref="Max"/>], continuous or in steps from <see cref="Min"/>.</summary>
public sealed record FloatParameter : Parameter
{
    public required double Min { get; init; }

    public required double Max { get; init; }

    public double? Step { get; init; }

    public ParameterScale Scale { get; init; }

    public override double Cardinality => Step is { } step ? Grid.Count(Min, Max, step) : Min < Max ? double.PositiveInfinity : 1;

    public override ParameterValue Decode(double unit) =>
        Step is { } step ? Grid.Decode(unit, Min, Max, step, Scale)
        : Scale == ParameterScale.Log ? Math.Clamp(Math.Exp(Math.Log(Min) + unit * (Math.Log(Max) - Math.Log(Min))), Min, Max)
        : Math.Clamp(Min + unit * (Max - Min), Min, Max);

    public override double Encode(ParameterValue value) =>
        Step is { } step ? Grid.Encode(value.Number, Min, Max, step, Scale)
        : Min == Max ? 0.5
        : Scale == ParameterScale.Log ? (Math.Log(value.Number) - Math.Log(Min)) / (Math.Log(Max) - Math.Log(Min))
        : (value.Number - Min) / (Max - Min);

    public override bool Allows(ParameterValue value) =>
        value.IsNumber && value.Number >= Min && value.Number <= Max && (Step is not { } step || Grid.Holds(value.Number, Min, step));
}

/// <summary>A whole number in [<see cref="Min"/>, <see cref="Max"/>], in steps from <see cref="Min"/>.</summary>
public sealed record IntParameter : Parameter
{
    public required long Min { get; init; }

    public required long Max { get; init; }

    public long Step { get; init; } = 1;

    public ParameterScale Scale { get; init; }

    public override double Cardinality => Grid.Count(Min, Max, Step);

    public override ParameterValue Decode(double unit) => Grid.Decode(unit, Min, Max, Step, Scale);

    public override double Encode(ParameterValue value) => Grid.Encode(value.Number, Min, Max, Step, Scale);

    public override bool Allows(ParameterValue value) =>
        value.IsNumber && value.Number >= Min && value.Number <= Max && Grid.Holds(value.Number, Min, Step);
}

/// <summary>One of several values with an order.</summary>
public sealed record OrdinalParameter : Parameter
{
    public required IReadOnlyList<ParameterValue> Values { get; init; }

    public override double Cardinality => Values.Count;

    public override ParameterValue Decode(double unit) => Values[Grid.Index(unit, Values.Count)];

    public override double Encode(ParameterValue value) => (Grid.IndexOf(Values, value) + 0.5) / Values.Count;

    public override bool Allows(ParameterValue value) => Values.Contains(value);
}

/// <summary>One of several values without an order.</summary>
public sealed record ChoiceParameter : Parameter
{
    public required IReadOnlyList<ParameterValue> Values { get; init; }

    public override double Cardinality => Values.Count;

    public override ParameterValue Decode(double unit) => Values[Grid.Index(unit, Values.Count)];

    public override double Encode(ParameterValue value) => (Grid.IndexOf(Values, value) + 0.5) / Values.Count;

    public override bool Allows(ParameterValue value) => Values.Contains(value);
}
