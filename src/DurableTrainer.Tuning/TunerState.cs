using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Bandits;
using DurableTrainer.Tuning.Rows;

namespace DurableTrainer.Tuning;

/// <summary>
/// Everything that the tuner knows, as data: the entity holds it, and the tuner is a function from it and a report to the next one. What
/// a trial changes stands together in JSON: at the end of the trials, behind them, and at the beginning of those that ended.
/// </summary>
public sealed record TunerState
{
    public required SearchSettings Settings { get; init; }

    /// <summary>By trial number, without gaps.</summary>
    [JsonConverter(typeof(TrialsConverter))]
    public IReadOnlyList<TrialRecord> Trials { get; init; } = [];

    /// <summary>Candidates that the agent has drawn so far, those that were not used included.</summary>
    public long Drawn { get; init; }

    /// <summary>Trials in a row that ended with nothing left to gain, as far as the rule that looks for it is asked.</summary>
    public int Settled { get; init; }

    /// <summary>What the bandit has learned; null while there is none.</summary>
    public BanditState? Bandit { get; init; }

    /// <summary>Trials that ended, in the order in which they did.</summary>
    [JsonConverter(typeof(NewestFirst))]
    public IReadOnlyList<int> Ended { get; init; } = [];
}

public enum TrialStatus
{
    /// <summary>Proposed; not ended yet.</summary>
    Running,

    /// <summary>Trained to its last epoch.</summary>
    Completed,

    /// <summary>Ended early by the scheduler.</summary>
    Stopped,

    /// <summary>Could not be trained.</summary>
    Failed,

    /// <summary>Ended early because the experiment ended.</summary>
    Cancelled,
}

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

    public Point PointIn(SearchSpace space) => new(space.Parameters
        .Select((parameter, i) => (parameter, value: Values[i]))
        .Where(pair => pair.value is not null)
        .Select(pair => KeyValuePair.Create(pair.parameter.Name, Unpack(pair.parameter, pair.value!.Value))));

    /// <summary>A trial of a point, before anything is known of it.</summary>
    public static TrialRecord Of(SearchSpace space, Point point, string origin) => new() { Values = Pack(space, point), Origin = origin };

    internal static double?[] Pack(SearchSpace space, Point point) =>
        [.. space.Parameters.Select(parameter => point.TryGet(parameter.Name, out var value) ? Pack(parameter, value) : (double?)null)];

    private static double Pack(Parameter parameter, ParameterValue value) =>
        parameter is ListedParameter listed ? listed.IndexOf(value) : value.Number;

    private static ParameterValue Unpack(Parameter parameter, double value) =>
        parameter is ListedParameter listed ? listed.Values[(int)value] : value;
}

/// <param name="Epoch">The rung.</param>
/// <param name="Values">The objectives that counted there, in their order.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct RungValue([property: JsonPropertyName("e")] int Epoch, [property: JsonPropertyName("v")] IReadOnlyList<double> Values);
