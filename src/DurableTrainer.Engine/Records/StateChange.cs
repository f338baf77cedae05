namespace DurableTrainer.Engine.Records;

/// <summary>
/// How the JSON of an entity's state changed: what both ends have in common is kept, and what lies between is replaced.
/// A state of a mebibyte that changes in one place costs the journal that place.
/// </summary>
/// <param name="Head">Bytes kept from the start of the state before.</param>
/// <param name="Tail">Bytes kept from its end.</param>
/// <param name="Middle">What stands between them now; null, with nothing kept, when the state was deleted.</param>
/// <param name="Check">CRC-32C of the whole new state, so that a change can never be applied to the wrong state unnoticed.</param>
internal sealed record StateChange(int Head, int Tail, string? Middle, uint Check);
