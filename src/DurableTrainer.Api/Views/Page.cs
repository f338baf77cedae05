namespace DurableTrainer.Api.Views;

/// <summary>Some of a list.</summary>
/// <param name="Items">These.</param>
/// <param name="Continuation">To ask for the next page with; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Continuation);
