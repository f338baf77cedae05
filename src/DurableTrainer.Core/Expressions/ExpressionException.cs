namespace DurableTrainer.Core.Expressions;

/// <summary>The text of an expression or constraint cannot be understood, or not be computed for a point. The message says why.</summary>
public sealed class ExpressionException(string message) : Exception(message);
