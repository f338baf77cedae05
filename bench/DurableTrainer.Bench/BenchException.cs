namespace DurableTrainer.Bench;

/// <summary>Something that a measurement needs is missing or failed.</summary>
internal sealed class BenchException(string message) : Exception(message);

/// <summary>The command line asks for something that cannot be done.</summary>
internal sealed class UsageException(string message) : Exception(message);
