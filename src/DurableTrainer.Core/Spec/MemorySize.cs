namespace DurableTrainer.Core.Spec;

/// <summary>A number of bytes; in JSON a number, or text with a unit: <c>512MiB</c>, <c>1.5GB</c>.</summary>
public readonly record struct MemorySize(long Bytes);
