using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>What one turn came to.</summary>
/// <param name="Actions">What the code asked for, in order.</param>
/// <param name="Status">The status that it set last; null when it set none.</param>
/// <param name="End">How it ended; null while it goes on.</param>
internal sealed record TurnOutcome(IReadOnlyList<TurnAction> Actions, string? Status, TurnEnd? End);
