using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Rows;

namespace DurableTrainer.Tuning;

/// <summary>
/// What the tuner remembers of a trial. Once it has ended, it is written as a row (<see cref="TrialRow"/>), which has room for what is
/// here now; a property that is added must be null by then, or be added to the row.
/// </summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record TrialRecord
{
    /// <summary>Values in the order of the space: numbers as they are, ordinals and choices by index, inactive ones null.</summary>
    [JsonPropertyName("p")]
    public required IReadOnlyList<double?> Values { get; init; }

    [JsonPropertyName("s")]
    public TrialStatus Status { get; init; }

    /// <summary>Where the point came from: an agent's name, or <c>seeded</c>.</summary>
    [JsonPropertyName("o")]
    public required string Origin { get; init; }

    /// <summary>The objective at each rung that was reached, in order.</summary>
    [JsonPropertyName("r")]
    public IReadOnlyList<RungValue> Rungs { get; init; } = [];

    /// <summary>The last slice that was reported, and what was decided then: a report that comes twice gets the same answer.</summary>
    [JsonPropertyName("l")]
    public int LastSlice { get; init; } = -1;

    [JsonPropertyName("d")]
    public Decision? LastDecision { get; init; }

    /// <summary>The objectives so far, in their order; null before the first report.</summary>
    [JsonPropertyName("v")]
    public IReadOnlyList<double>? Objectives { get; init; }

    /// <summary>What it took, once it has ended and if somebody counted.</summary>
    [JsonPropertyName("c")]
    public double? Cost { get; init; }

    /// <summary>What its point takes, once it has ended and where that is learned from.</summary>
    [JsonPropertyName("u")]
    public TrialUsage? Usage { get; init; }

    /// <summary>Where it went on with another point than before, in order.</summary>
    [JsonPropertyName("b")]
    public IReadOnlyList<Branch> Branches { get; init; } = [];

    /// <summary>What it trains with since its last branch.</summary>
    internal IReadOnlyList<double?> CurrentValues => Branches is [.., var last] ? last.Values : Values;

    /// <summary>The point that was proposed.</summary>
    public Point PointIn(SearchSpace space) => Unpack(space, Values);

    /// <summary>The point that it trained with to get to an epoch: the one that a model which it had there belongs to.</summary>
    public Point PointIn(SearchSpace space, int epoch) => Unpack(space, BranchBefore(epoch)?.Values ?? Values);

    /// <summary>The point that it trains with since its last branch.</summary>
    public Point CurrentPointIn(SearchSpace space) => Unpack(space, CurrentValues);

    /// <summary>A trial of a point, before anything is known of it.</summary>
    public static TrialRecord Of(SearchSpace space, Point point, string origin) => new() { Values = Pack(space, point), Origin = origin };

    /// <summary>The branch in which it got to an epoch; null when that was before the first.</summary>
    internal Branch? BranchBefore(int epoch) => Branches.LastOrDefault(branch => branch.Epoch < epoch);

    /// <summary>What it reported at exactly that epoch; null when it did not.</summary>
    internal IReadOnlyList<double>? ReportAt(int epoch) => Rungs.FirstOrDefault(rung => rung.Epoch == epoch).Values;

    /// <summary>
    /// As learners see it once it has ended: who went on with another's model says of the own point what that had come to by then, as if the
    /// trial had been stopped there.
    /// </summary>
    internal TrialRecord AsProposed()
    {
        if (Status == TrialStatus.Running || Branches is not [var first, ..])
            return this;
        RungValue[] own = [.. Rungs.TakeWhile(rung => rung.Epoch <= first.Epoch)];
        return this with { Status = TrialStatus.Stopped, Rungs = own, Objectives = own[^1].Values, Branches = [] };
    }

    internal static double?[] Pack(SearchSpace space, Point point) =>
        [.. space.Parameters.Select(parameter => point.TryGet(parameter.Name, out var value) ? Pack(parameter, value) : (double?)null)];

    private static Point Unpack(SearchSpace space, IReadOnlyList<double?> values) => new(space.Parameters
        .Select((parameter, i) => (parameter, value: values[i]))
        .Where(pair => pair.value is not null)
        .Select(pair => KeyValuePair.Create(pair.parameter.Name, Unpack(pair.parameter, pair.value!.Value))));

    private static double Pack(Parameter parameter, ParameterValue value) =>
        parameter is ListedParameter listed ? listed.IndexOf(value) : value.Number;

    private static ParameterValue Unpack(Parameter parameter, double value) =>
        parameter is ListedParameter listed ? listed.Values[(int)value] : value;
}

/// <param name="Epoch">The rung.</param>
/// <param name="Values">The objectives that counted there, in their order.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct RungValue([property: JsonPropertyName("e")] int Epoch, [property: JsonPropertyName("v")] IReadOnlyList<double> Values);
