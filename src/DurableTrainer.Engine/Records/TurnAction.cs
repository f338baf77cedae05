using System.Text.Json.Serialization;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Records;

/// <summary>What an orchestrator asked for in a turn. Calls are numbered from 1 within a generation of an instance.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(CallActivity), "activity")]
[JsonDerivedType(typeof(CallChild), "child")]
[JsonDerivedType(typeof(CallEntity), "entity")]
[JsonDerivedType(typeof(SignalEntity), "signal")]
[JsonDerivedType(typeof(StartTimer), "timer")]
[JsonDerivedType(typeof(CancelTimer), "cancel")]
internal abstract record TurnAction(int Call)
{
    /// <summary>
    /// The same action as a history keeps it: inputs are needed until the call has ended, and then only its shape, to compare with.
    /// </summary>
    public virtual TurnAction WithoutInput() => this;
}

internal sealed record CallActivity(int Call, string Name, int Attempt, [property: JsonConverter(typeof(RawJson))] string? Input) : TurnAction(Call)
{
    public override TurnAction WithoutInput() => this with { Input = null };

    public override string ToString() => $"call {Call}: activity '{Name}', attempt {Attempt}{Inputs.Show(Input)}";
}

internal sealed record CallChild(int Call, string Orchestrator, string InstanceId, [property: JsonConverter(typeof(RawJson))] string? Input)
    : TurnAction(Call)
{
    public override TurnAction WithoutInput() => this with { Input = null };

    public override string ToString() => $"call {Call}: orchestrator '{Orchestrator}' as instance '{InstanceId}'{Inputs.Show(Input)}";
}

internal sealed record CallEntity(
    int Call, string Name, string Key, string Operation, [property: JsonConverter(typeof(RawJson))] string? Input) : TurnAction(Call)
{
    [JsonIgnore]
    public EntityId Entity => new(Name, Key);

    public override TurnAction WithoutInput() => this with { Input = null };

    public override string ToString() => $"call {Call}: operation '{Operation}' of entity {Entity}{Inputs.Show(Input)}";
}

internal sealed record SignalEntity(
    int Call, string Name, string Key, string Operation, [property: JsonConverter(typeof(RawJson))] string? Input) : TurnAction(Call)
{
    [JsonIgnore]
    public EntityId Entity => new(Name, Key);

    public override TurnAction WithoutInput() => this with { Input = null };

    public override string ToString() => $"call {Call}: signal '{Operation}' to entity {Entity}{Inputs.Show(Input)}";
}

internal sealed record StartTimer(int Call, DateTimeOffset Due) : TurnAction(Call)
{
    public override string ToString() => $"call {Call}: timer until {Due:O}";
}

internal sealed record CancelTimer(int Call) : TurnAction(Call)
{
    public override string ToString() => $"cancelling timer {Call}";
}

file static class Inputs
{
    public static string Show(string? input) =>
        input is null ? "" : $" with {(input.Length <= 200 ? input : string.Concat(input.AsSpan(0, 200), "…"))}";
}
