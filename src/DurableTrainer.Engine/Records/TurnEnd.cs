using System.Text.Json.Serialization;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Records;

/// <summary>How the code of an instance ended, when it ended in a turn.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(ContinuedAsNew), "again")]
internal abstract record TurnEnd;

internal sealed record Completed([property: JsonConverter(typeof(RawJson))] string? Output) : TurnEnd;

internal sealed record Failed(Failure Failure) : TurnEnd;

/// <param name="Input">What the next generation starts with.</param>
/// <param name="Events">Events that nobody had waited for; the next generation gets them.</param>
internal sealed record ContinuedAsNew([property: JsonConverter(typeof(RawJson))] string? Input, IReadOnlyList<EventRaised> Events) : TurnEnd;
