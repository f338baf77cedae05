using System.Text.Json.Serialization;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Records;

/// <summary>What an instance receives. Messages reach its code in the order in which they arrived, live and on replay.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(CallEnded), "ended")]
[JsonDerivedType(typeof(TimerFired), "timer")]
[JsonDerivedType(typeof(EventRaised), "event")]
internal abstract record Message;

/// <summary>An activity attempt, a child or an entity operation ended, with an output or a failure.</summary>
internal sealed record CallEnded(int Call, [property: JsonConverter(typeof(RawJson))] string? Output, Failure? Failure) : Message;

internal sealed record TimerFired(int Call) : Message;

internal sealed record EventRaised(string Name, [property: JsonConverter(typeof(RawJson))] string? Payload) : Message;
