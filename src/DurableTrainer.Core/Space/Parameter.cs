using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;
using static System.FormattableString;

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
    [JsonPropertyOrder(-1)]
    [Matches(@"^[A-Za-z_][A-Za-z0-9_]*\z", "a letter or _, then letters, digits and _")]
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

    /// <summary>All its values, in order.</summary>
    /// <exception cref="InvalidOperationException">It is continuous.</exception>
    public abstract IEnumerable<ParameterValue> AllValues();

    /// <summary>What is allowed, for messages: <c>a number from 0 to 0.99</c>, <c>one of sgd, adamw</c>.</summary>
    public abstract string DescribeValues();
}

public enum ParameterScale
{
    Linear,
    Log,
}

/// <summary>
/// A real number in [<see cref="Min"/>, <see cref="Max"/>], continuous or in steps from <see cref="Min"/>. Where it is continuous,
/// values are proposed with the digits of a float32 (about seven), and with all of a double in ranges too narrow for these.
/// </summary>
public sealed record FloatParameter : Parameter, ISelfChecking
{
    public required double Min { get; init; }

    public required double Max { get; init; }

    [Above(0)]
    public double? Step { get; init; }

    public ParameterScale Scale { get; init; }

    [JsonIgnore]
    public override double Cardinality => Step is { } step ? Grid.Count(Min, Max, step) : Min < Max ? double.PositiveInfinity : 1;

    public override ParameterValue Decode(double unit) =>
        Step is { } step ? Grid.Decode(unit, Min, Max, step, Scale)
        : Scale == ParameterScale.Log ? Shorten(Math.Exp(Math.Log(Min) + unit * (Math.Log(Max) - Math.Log(Min))))
        : Shorten(Min + unit * (Max - Min));

    public override double Encode(ParameterValue value) =>
        Step is { } step ? Grid.Encode(value.Number, Min, Max, step, Scale)
        : Min == Max ? 0.5
        : Scale == ParameterScale.Log ? (Math.Log(value.Number) - Math.Log(Min)) / (Math.Log(Max) - Math.Log(Min))
        : (value.Number - Min) / (Max - Min);

    public override bool Allows(ParameterValue value) =>
        value.IsNumber && value.Number >= Min && value.Number <= Max && (Step is not { } step || Grid.Holds(value.Number, Min, step));

    public override IEnumerable<ParameterValue> AllValues() =>
        Step is { } step ? Grid.Values(Min, Max, step)
        : Min == Max ? [Min]
        : throw new InvalidOperationException($"'{Name}' is continuous, its values cannot be listed.");

    public override string DescribeValues() => Step is { } step
        ? Invariant($"a number from {Min} to {Max} in steps of {step}")
        : Invariant($"a number from {Min} to {Max}");

    IEnumerable<(string Field, string Message)> ISelfChecking.Check() => ParameterRules.Range(Min, Max, Step, Scale);

    /// <summary>Digits beyond a millionth say nothing to a reader, but cost room wherever points are kept.</summary>
    private double Shorten(double value) =>
        Math.Clamp(ShortNumber.Near(value, 1e-6 * (Scale == ParameterScale.Log ? Math.Min(value, Max - Min) : Max - Min)), Min, Max);
}

/// <summary>A whole number in [<see cref="Min"/>, <see cref="Max"/>], in steps from <see cref="Min"/>.</summary>
public sealed record IntParameter : Parameter, ISelfChecking
{
    public required long Min { get; init; }

    public required long Max { get; init; }

    [AtLeast(1)]
    public long Step { get; init; } = 1;

    public ParameterScale Scale { get; init; }

    [JsonIgnore]
    public override double Cardinality => Grid.Count(Min, Max, Step);

    public override ParameterValue Decode(double unit) => Grid.Decode(unit, Min, Max, Step, Scale);

    public override double Encode(ParameterValue value) => Grid.Encode(value.Number, Min, Max, Step, Scale);

    public override bool Allows(ParameterValue value) =>
        value.IsNumber && double.IsInteger(value.Number) && value.Number >= Min && value.Number <= Max && Grid.Holds(value.Number, Min, Step);

    public override IEnumerable<ParameterValue> AllValues() => Grid.Values(Min, Max, Step);

    public override string DescribeValues() => Step == 1
        ? Invariant($"a whole number from {Min} to {Max}")
        : Invariant($"a whole number from {Min} to {Max} in steps of {Step}");

    IEnumerable<(string Field, string Message)> ISelfChecking.Check() => ParameterRules.Range(Min, Max, Step, Scale);
}

/// <summary>One of several values, which the spec lists.</summary>
public abstract record ListedParameter : Parameter, ISelfChecking
{
    [NotEmpty]
    public required IReadOnlyList<ParameterValue> Values { get; init; }

    [JsonIgnore]
    public override double Cardinality => Values.Count;

    /// <summary>The place of <paramref name="value"/> in the list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in the list.</exception>
    public int IndexOf(ParameterValue value) => Grid.IndexOf(Values, value);

    public override ParameterValue Decode(double unit) => Values[Grid.Index(unit, Values.Count)];

    public override double Encode(ParameterValue value) => (IndexOf(value) + 0.5) / Values.Count;

    public override bool Allows(ParameterValue value) => Values.Contains(value);

    public override IEnumerable<ParameterValue> AllValues() => Values;

    public override string DescribeValues() => $"one of {string.Join(", ", Values)}";

    IEnumerable<(string Field, string Message)> ISelfChecking.Check() => ParameterRules.Distinct(Values);
}

/// <summary>One of several values with an order.</summary>
public sealed record OrdinalParameter : ListedParameter;

/// <summary>One of several values without an order.</summary>
public sealed record ChoiceParameter : ListedParameter;
